// Every call an app made, in order, with what came of it.
import type { Millis } from './workspace.ts'

export type Call = {
  n: number // from 1
  at: Millis
  method: string
  input: Record<string, unknown>
  /** 'ok', or Slack's name of the error; 'lost' where the answer never reached the app. */
  outcome: string
  ts?: string
}

export type Journal = {
  note(call: Omit<Call, 'n'>): void
  /** All, or those of one method. */
  calls(method?: string): Call[]
}

export function openJournal(): Journal {
  const kept: Call[] = []
  return {
    note: call => void kept.push({ n: kept.length + 1, ...call }),
    calls: method => (method === undefined ? [...kept] : kept.filter(call => call.method === method)),
  }
}
