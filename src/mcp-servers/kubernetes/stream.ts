// One HTTP request whose answer is read as it comes, a line at a time: a watch, a log that is followed. Follows no redirect.
import http from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import type { Millis } from '#incident/signal.ts'
import { retryAfterOf } from '../retry-after.ts'
import { faultOf } from './answer.ts'

export type Bounds = {
  /** Characters of a line that are kept; what goes beyond is left out. */
  longest: number
  /** Without a byte for so long the connection is taken for dead. */
  silence: Millis
}

/**
 * Resolves once the server has agreed; then gives whole lines, and ends as the answer does. Throws a Fault, also between two
 * lines where the connection breaks. `asked` is ours, e.g. `GET /api/v1/pods`.
 */
export async function openLines(
  url: URL,
  options: https.RequestOptions,
  asked: string,
  bounds: Bounds,
): Promise<AsyncGenerator<string, void>> {
  const response = await answerTo(url, options, bounds.silence).catch((cause: unknown) => {
    throw faultOf({ sent: true, cause }, asked)
  })
  if (response.statusCode === 200) return linesOf(response, asked, bounds.longest)
  const retryAfter = retryAfterOf(response.headers)
  const body = await text(response).catch(() => '')
  const answer = { status: response.statusCode ?? 0, body, cut: false, ...(retryAfter !== undefined && { retryAfter }) }
  throw faultOf(answer, asked)
}

function answerTo(url: URL, options: https.RequestOptions, silence: Millis): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? http : https).request(url, options, resolve)
    request.setTimeout(silence, () => request.destroy(new Error('nothing came for too long')))
    // Whoever has nothing else to do may leave while this is open.
    request.on('socket', socket => socket.unref())
    request.on('error', reject)
    request.end()
  })
}

async function* linesOf(response: http.IncomingMessage, asked: string, longest: number): AsyncGenerator<string, void> {
  let begun = ''
  response.setEncoding('utf8')
  try {
    for await (const chunk of response as AsyncIterable<string>) {
      let start = 0
      for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
        yield begun + chunk.slice(start, Math.min(end, start + longest - begun.length))
        begun = ''
        start = end + 1
      }
      begun += chunk.slice(start, start + longest - begun.length)
    }
    if (begun !== '') yield begun
  } catch (cause) {
    throw faultOf({ sent: true, cause }, asked)
  }
}
