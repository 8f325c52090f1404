// What a route answers, before it is written to the wire.
export type Reply = { status: number; body: string | Uint8Array; contentType: string }

export function json(body: unknown, status = 200): Reply {
  return { status, body: JSON.stringify(body), contentType: 'application/json; charset=UTF-8' }
}

export function text(body: string, status: number): Reply {
  return { status, body, contentType: 'text/plain; charset=utf-8' }
}

/** Grafana's own errors. */
export function failure(status: number, message: string): Reply {
  return json({ message }, status)
}
