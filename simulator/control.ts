// The simulator's own listener, beside the vendors':
//   GET /journal    every request that reached a vendor, JSON Lines (journal.ts)
//   GET /faults     the faults that stand; POST /faults adds one (shape: faults.ts); DELETE /faults clears them
import { z } from 'zod'
import { faultSchema, type Faults } from './faults.ts'
import type { Journal } from './journal.ts'
import type { Handler } from './listen.ts'

export function controlApi(journal: Journal, faults: Faults): Handler {
  return (request, response, body) => {
    const path = request.url?.split('?')[0]
    if (request.method === 'GET' && path === '/journal') {
      response.writeHead(200, { 'content-type': 'application/jsonl' })
      response.end(
        journal
          .lines()
          .map(line => `${JSON.stringify(line)}\n`)
          .join(''),
      )
    } else if (request.method === 'GET' && path === '/faults') {
      json(200, faults.list())
    } else if (request.method === 'POST' && path === '/faults') {
      const fault = faultSchema.safeParse(parsed(body))
      if (fault.success) faults.add(fault.data)
      if (fault.success) json(201, fault.data)
      else json(400, { message: `expected a fault: ${z.prettifyError(fault.error)}` })
    } else if (request.method === 'DELETE' && path === '/faults') {
      faults.clear()
      json(200, [])
    } else {
      json(404, { message: 'expected GET /journal, or GET, POST or DELETE /faults' })
    }

    function json(status: number, answer: unknown): void {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    }
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
