// One HTTP request and its whole answer, up to a number of bytes. Follows no redirect; never rejects.
import http from 'node:http'
import https from 'node:https'
import { StringDecoder } from 'node:string_decoder'
import { retryAfterOf } from '../retry-after.ts'
import type { Answer } from './answer.ts'

/** `most`: bytes of the answer that are read; what goes beyond is left, and the answer says it was cut. */
export function exchange(
  url: URL,
  options: https.RequestOptions,
  body: string | undefined,
  most: number,
): Promise<Answer> {
  return new Promise(resolve => {
    let connected = false
    const failed = (cause: unknown) => resolve({ sent: connected, cause })
    const request = (url.protocol === 'http:' ? http : https).request(url, options, response => {
      let text = ''
      let bytes = 0
      const decoder = new StringDecoder('utf8') // as it comes: pages of megabytes never lie beside the heap
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        text += decoder.write(chunk)
        if (bytes > most) response.destroy()
      })
      response.on('error', cause => bytes <= most && failed(cause))
      response.on('close', () => {
        if (!response.complete && bytes <= most) return failed(new Error('the answer broke off'))
        const retryAfter = retryAfterOf(response.headers)
        resolve({
          status: response.statusCode ?? 0,
          body: bytes > most ? Buffer.from(text).subarray(0, most).toString() : text,
          cut: bytes > most,
          ...(retryAfter !== undefined && { retryAfter }),
        })
      })
    })
    request.on('socket', socket => {
      if (socket.connecting) socket.once('connect', () => (connected = true))
      else connected = true
    })
    request.on('error', failed)
    request.end(body)
  })
}
