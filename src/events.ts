// Every entry of the record as it happens, as Server-Sent Events; a reader who was away names the last one it saw.
import type { RequestHandler } from 'express'
import type { Entry, Happening } from '#incident/record.ts'
import type { IncidentStore } from '#incident/store.ts'

const CAUGHT_UP = 1_000 // entries a returning reader is given; one who missed more reads the list again
const MOST_UNREAD_BYTES = 1_000_000 // of one reader: whoever is further behind is let go, and comes back when it can
const HEARTBEAT_MILLIS = 15_000 // under the idle timeouts of common proxies

/** `Last-Event-ID` is the seq of the last entry seen. Diagnoses and signals are left out: they are read where they are needed. */
export function eventStream(store: IncidentStore): RequestHandler {
  return async (request, response) => {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
    let sent = Number(request.headers['last-event-id'] ?? Number.NaN)
    const send = (entry: Entry) => {
      if (entry.seq <= sent) return
      sent = entry.seq
      if (response.writableLength > MOST_UNREAD_BYTES) return void response.destroy()
      response.write(`id: ${entry.seq}\ndata: ${JSON.stringify(slim(entry))}\n\n`)
    }
    const waiting: Entry[] = []
    let live = false
    const stop = store.listen(entry => (live ? send(entry) : waiting.push(entry)))
    const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MILLIS)
    response.on('close', () => {
      stop()
      clearInterval(heartbeat)
    })
    response.write(': connected\n\n')
    if (Number.isFinite(sent)) for (const entry of await store.entriesAfter(sent, CAUGHT_UP)) send(entry)
    else sent = -1
    for (const entry of waiting) send(entry)
    live = true
  }
}

function slim({ prev: _prev, hash: _hash, happening, ...entry }: Entry) {
  return { ...entry, happening: slimmed(happening) }
}

function slimmed(happening: Happening) {
  switch (happening.type) {
    case 'opened':
    case 'updated': {
      const { diagnosis, ...rest } = happening
      return { ...rest, title: diagnosis.title }
    }
    case 'absorbed': {
      const { signals: _signals, ...rest } = happening
      return rest
    }
    case 'approved': {
      const { sealed: _sealed, ...rest } = happening
      return rest
    }
    default:
      return happening
  }
}
