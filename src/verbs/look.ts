// incidents look: what the advice of an incident says to look at, run now. Reads only.
import { lookedCard } from '#cards/looked-card.ts'
import { cardText } from '#cards/text.ts'
import { LOCAL } from './local.ts'
import { STYLE } from './terminal.ts'
import { withHouse } from './with-house.ts'
import type { Where } from './with-house.ts'

export async function look(id: string, options: Where & { json?: boolean }): Promise<boolean> {
  return withHouse(options, async ({ respond }) => {
    const { incident, answers } = await respond.look(id, LOCAL)
    if (options.json) process.stdout.write(`${JSON.stringify({ items: answers })}\n`)
    else process.stdout.write(`${cardText(lookedCard(incident, answers), STYLE)}\n`)
    return true
  })
}
