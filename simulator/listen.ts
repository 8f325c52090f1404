// A listener on 127.0.0.1 that reads each request's body before it hands it on.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void | Promise<void>
export type Listener = { url: string; port: number; close(): Promise<void> }

/** `port` 0: any free one. Rejects when the port is in use. Bodies over 3 MiB are answered with 413, as kube-apiserver does. */
export async function listen(handle: Handler, port = 0): Promise<Listener> {
  const server = createServer((request, response) => void receive(request, response, handle))
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', listening)
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    async close() {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

const bodyLimitBytes = 3 * 1024 * 1024

async function receive(request: IncomingMessage, response: ServerResponse, handle: Handler): Promise<void> {
  try {
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of request) {
      bytes += chunk.length
      if (bytes <= bodyLimitBytes) chunks.push(chunk)
    }
    if (bytes > bodyLimitBytes)
      response.writeHead(413).end(`expected a body of at most ${bodyLimitBytes} bytes, got ${bytes}\n`)
    else await handle(request, response, Buffer.concat(chunks).toString('utf8'))
  } catch (error) {
    if (response.headersSent) response.destroy()
    else response.writeHead(500).end(`simulator: ${(error as Error).message}\n`)
  }
}
