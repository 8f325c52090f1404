// How programs in four languages write a line of log.
import { hex } from '../../simulator/shop/random.ts'
import type { Millis } from '../../simulator/recording.ts'
import type { Application } from './application.ts'

export type Level = 'info' | 'warn' | 'error'

/** `text`: # becomes a number, @ an id. */
export function lineOf(
  language: Application['language'],
  at: Millis,
  level: Level,
  part: string,
  text: string,
  random: () => number,
): string {
  const words = text.replaceAll(/[#@]/g, sign =>
    sign === '@' ? hex(random, 8) : String(Math.floor(1 + 900 * random())),
  )
  const time = new Date(at).toISOString()
  switch (language) {
    case 'java':
      return `${time.slice(0, 23).replace('T', ' ')} ${level.toUpperCase().padEnd(5)} [${part}] ${words}`
    case 'go':
      return `time=${time} level=${level} msg=${JSON.stringify(words)}`
    case 'python':
      return `${level === 'warn' ? 'WARNING' : level.toUpperCase()}:${part}:${words}`
    case 'node':
      return JSON.stringify({ time, level, service: part, msg: words })
  }
}
