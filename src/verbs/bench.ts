// bench: how fast, measured here and now.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '#incident/fault.ts'
import { benchChat } from '../../bench/chat.ts'
import type { ChatFigures } from '../../bench/chat.ts'
import { ROOT } from './root.ts'

const BENCHMARKS = ['chat'] as const

export async function bench(names: readonly string[], options: { write?: boolean; json?: boolean }): Promise<boolean> {
  const unknown = names.find(name => !BENCHMARKS.some(known => known === name))
  if (unknown !== undefined) {
    throw new Fault('validation', `There is no benchmark ${unknown}. Choose of: ${BENCHMARKS.join(', ')}.`)
  }
  const figures = await benchChat(line => void process.stderr.write(`chat: ${line}\n`))
  if (options.write) writeFileSync(join(ROOT, 'bench', 'results.md'), page(figures))
  process.stdout.write(options.json ? `${JSON.stringify({ chat: figures })}\n` : page(figures))
  const { postsForFlood, postsForCritical, criticalSeconds, ackMillisP99 } = figures
  return postsForFlood <= 1 && postsForCritical === 1 && criticalSeconds <= 60 && ackMillisP99 < 500
}

function page(figures: ChatFigures): string {
  const { findings, floodSeconds, postsForFlood, postsForCritical, edits, criticalSeconds } = figures
  const { acks, ackMillisP50, ackMillisP99 } = figures
  return `# Speed, measured

Every figure is what \`npm run -s cli -- bench --write\` measured, on the machine it ran on.

## chat

${findings} findings within ${floodSeconds} s, one of them critical, while people type 20 commands a second; the simulated
Slack runs in the same process and its work counts too.

| | measured | promised |
|---|---|---|
| new messages for the flood | ${postsForFlood} | at most 1 |
| new messages for the critical one | ${postsForCritical} | 1 |
| edits | ${edits} | |
| from the critical finding to its message | ${criticalSeconds.toFixed(1)} s | at most 60 s |
| acknowledgements, p50 | ${ackMillisP50.toFixed(0)} ms of ${acks} | |
| acknowledgements, p99 | ${ackMillisP99.toFixed(0)} ms | under 500 ms |
`
}
