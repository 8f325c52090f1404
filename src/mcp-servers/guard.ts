// From where this process may be spoken to over HTTP at all: known hosts, own pages. Who it is, access.ts asks. Express middleware.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { Fault } from '#incident/fault.ts'
import { presentFault } from './present.ts'

export const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'] as const

export type GuardOptions = {
  /** Host names this process answers to, without port. Default: loopback. */
  hosts?: readonly string[]
  /** Foreign pages that may call it, such as https://ops.example.com; its own always may. */
  origins?: readonly string[]
}

/**
 * 403 for a Host that is not ours (DNS rebinding), and for a page of another origin; a page of ours is one whose origin
 * is the very host and port it calls. No Origin: no browser. No Host: only from this machine.
 */
export function guard({ hosts = LOOPBACK, origins = [] }: GuardOptions = {}): RequestHandler {
  return (request, response, next) => {
    const { host, origin } = request.headers
    const knownHost = host === undefined ? isLocal(request) : hosts.includes(nameOf(host))
    const knownOrigin =
      origin === undefined || origins.includes(origin) || origin === `http://${host}` || origin === `https://${host}`
    if (knownHost && knownOrigin) return next()
    const message = knownHost
      ? 'This page may not call here. Add its origin to the configuration if it should.'
      : 'This process does not answer to that host name. Add it to the configuration if it should.'
    response.status(403).json(presentFault(new Fault('forbidden', message), randomUUID()))
  }
}

function isLocal({ socket }: IncomingMessage): boolean {
  return ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(socket.remoteAddress ?? '')
}

/** 127.0.0.1:8080 -> 127.0.0.1; [::1]:8080 -> [::1] */
function nameOf(host: string): string {
  return host.replace(/:\d{1,5}$/, '').toLowerCase()
}
