// What the heart and the rooms are given to tell how they fare: a log, and a place for figures. Both are passed in.

/** Fields are facts about the event; never a secret, never a whole third-party body. */
export type Log = {
  debug(fields: Record<string, unknown>, message: string): void
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

/** Names of the metrics they become, without prefix. */
export type Counted =
  | 'ticks_total'
  | 'signals_total'
  | 'posts_total'
  | 'actions_total'
  | 'approvals_total'
  | 'mcp_calls_total'
  | 'embedding_cache_total'
export type Gauged = 'source_up' | 'breaker_state' | 'incidents_open'
export type Timed = 'tick_duration_seconds' | 'source_request_duration_seconds' | 'chat_ack_duration_seconds'

/** `count('ticks_total', { outcome: 'ok' })`. */
export type Observe = {
  count(name: Counted, labels?: Record<string, string>, by?: number): void
  gauge(name: Gauged, value: number, labels?: Record<string, string>): void
  /** Seconds. */
  time(name: Timed, seconds: number, labels?: Record<string, string>): void
}

export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} }
export const UNOBSERVED: Observe = { count() {}, gauge() {}, time() {} }
