// What the heart and the rooms are given to tell how they fare: a log, and a place for figures. Both are passed in.

/** Fields are facts about the event; never a secret, never a whole third-party body. */
export type Log = {
  debug(fields: Record<string, unknown>, message: string): void
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

/** Figures by the names of the metrics they become, without prefix: `count('ticks_total', { outcome: 'ok' })`. */
export type Observe = {
  count(name: string, labels?: Record<string, string>, by?: number): void
  gauge(name: string, value: number, labels?: Record<string, string>): void
  /** Seconds. */
  time(name: string, seconds: number, labels?: Record<string, string>): void
}

export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} }
export const UNOBSERVED: Observe = { count() {}, gauge() {}, time() {} }
