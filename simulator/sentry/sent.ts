// What an SDK sent of an event, of a form that nobody has checked.
export type Sent = Record<string, unknown>

export function isSent(value: unknown): value is Sent {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
