// The part of `ws` (npm, without types of its own) that the Socket Mode server uses.
declare module 'ws' {
  import type { AddressInfo } from 'node:net'
  import type { IncomingMessage } from 'node:http'

  export class WebSocket {
    send(data: string): void
    ping(): void
    close(code?: number): void
    terminate(): void
    on(event: 'message', listener: (data: Buffer) => void): this
    on(event: 'close', listener: () => void): this
  }

  export class WebSocketServer {
    readonly clients: Set<WebSocket>
    constructor(options: { host: string; port: number })
    address(): AddressInfo
    on(event: 'connection', listener: (socket: WebSocket, request: IncomingMessage) => void): this
    once(event: 'listening', listener: () => void): this
    close(done?: () => void): void
  }
}
