// Socket Mode: WebSockets that carry envelopes to the app and its acknowledgements back.
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import type { Method } from './method.ts'
import { method } from './method.ts'

export type SocketMode = {
  method: Method
  connections(): number
  /** Resolves once an app is connected. */
  connected(): Promise<void>
  /** The app's acknowledgement; undefined when none came in time. */
  send(envelope: Record<string, unknown>, withinMillis: number): Promise<{ payload?: unknown } | undefined>
  /** What Slack does every few hours: a warning, then it closes. */
  refresh(): void
  close(): Promise<void>
}

const PING_MILLIS = 10_000 // the SDK takes a connection without a ping for 30 s as dead

export async function openSocketMode(): Promise<SocketMode> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise<void>(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const tickets = new Set<string>()
  const open: WebSocket[] = []
  const waiting = new Map<string, (acknowledgement: { payload?: unknown }) => void>()
  let arrived: (() => void)[] = []
  let minted = 0
  const pings = setInterval(() => {
    for (const socket of open) socket.ping()
  }, PING_MILLIS)

  server.on('connection', (socket, request) => {
    const ticket = new URL(request.url ?? '/', 'ws://slack').searchParams.get('ticket') ?? ''
    if (!tickets.delete(ticket)) return socket.close(1008)
    open.push(socket)
    socket.on('close', () => void open.splice(open.indexOf(socket), 1))
    socket.on('message', data => {
      const { envelope_id, ...acknowledgement } = JSON.parse(data.toString()) as { envelope_id: string }
      waiting.get(envelope_id)?.(acknowledgement)
    })
    socket.send(
      JSON.stringify({ type: 'hello', num_connections: open.length, connection_info: { app_id: 'A00000001' } }),
    )
    for (const resolve of arrived) resolve()
    arrived = []
  })

  return {
    method: method({
      scope: 'app',
      rate: 4,
      input: z.object({}),
      run() {
        const ticket = `ticket-${++minted}`
        tickets.add(ticket)
        return { url: `ws://127.0.0.1:${port}/link?ticket=${ticket}` }
      },
    }),
    connections: () => open.length,
    connected: () => (open.length > 0 ? Promise.resolve() : new Promise(resolve => arrived.push(resolve))),
    send(envelope, withinMillis) {
      const socket = open.at(-1)
      if (!socket) return Promise.resolve(undefined)
      const id = `envelope-${++minted}`
      return new Promise(resolve => {
        const done = (acknowledgement?: { payload?: unknown }) => {
          clearTimeout(timer)
          waiting.delete(id)
          resolve(acknowledgement)
        }
        const timer = setTimeout(done, withinMillis)
        waiting.set(id, done)
        socket.send(JSON.stringify({ ...envelope, envelope_id: id }))
      })
    },
    refresh() {
      for (const socket of Array.from(open)) {
        socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }))
      }
    },
    async close() {
      clearInterval(pings)
      for (const socket of open) socket.terminate()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
