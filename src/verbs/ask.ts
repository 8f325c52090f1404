// ask: a question in a terminal. The answer first, then what it rests on, then what is not known.
import { Fault } from '#incident/fault.ts'
import { LOCAL } from './local.ts'
import { withHouse } from './with-house.ts'
import type { Where } from './with-house.ts'

export async function ask(question: string, options: Where & { incident?: string; json?: boolean }): Promise<boolean> {
  if (question.trim() === '') throw new Fault('validation', 'The question is empty. Try: ask "why?"')
  return withHouse(options, async ({ respond, store }) => {
    const [latest] = await store.list({ open: true, limit: 1 })
    const incident = options.incident ?? latest
    const answer = await respond.ask({ kind: 'ask', question, ...(incident && { incident }) }, LOCAL)
    if (options.json) {
      process.stdout.write(`${JSON.stringify(answer)}\n`)
      return true
    }
    process.stdout.write(`${answer.answer}\n`)
    for (const { text, evidence } of answer.claims)
      process.stdout.write(`  - ${text}  [${evidence.slice(0, 3).join(', ')}]\n`)
    if (answer.unknown.length > 0) process.stdout.write(`Not known: ${answer.unknown.join('; ')}\n`)
    return true
  })
}
