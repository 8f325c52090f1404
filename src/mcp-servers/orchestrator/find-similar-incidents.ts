// find_similar_incidents: what was like this before, and what helped then.
import type { Alike } from '#incident/analyst.ts'
import type { Incident } from '#incident/incident.ts'
import { likenessOf, wordsOf } from '#incident/likeness.ts'
import { hasHelped } from '#incident/remedy.ts'
import { readIncident } from '#incident/store.ts'
import { turn } from '#incident/turn.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import type { OrchestratorPorts } from './ports.ts'
import { similarInput, similarOutput } from './schema.ts'
import { lineOf, summaryOf } from './summary.ts'

const MOST_COMPARED = 500 // the last ones opened: what was true years ago helps nobody, and each has to be read
const LEAST_LIKENESS = 0.2 // one of the lesser two in full, or less of several
const MOST_READ = 100 // the likest, whose words are compared too: a transformer takes milliseconds for each
const A_TURN = 20 // incidents read before whoever waits for an answer gets it

export function findSimilarIncidents({ store, analyst }: OrchestratorPorts): ReadTool {
  /** It only orders those that are alike otherwise; without an answer they stay as they are. */
  const saidAlike = (text: string, others: readonly string[]): Promise<Alike[]> =>
    analyst.alike(text, others).catch(() => [])
  return defineReadTool({
    name: 'find_similar_incidents',
    title: 'Similar incidents',
    description:
      'Other incidents like this one, most alike first: what they share, how they ended, and which remedy helped.',
    input: similarInput,
    output: similarOutput,
    hints: { openWorld: false },
    text: ({ items, hint }) =>
      asRows([
        ...items.map(
          each =>
            `${each.likeness.toFixed(2)} ${lineOf(each)}; shares ${each.shared.join('; ')}${each.helped.length > 0 ? `; helped: ${each.helped.join(', ')}` : ''}`,
        ),
        ...(hint ? [hint] : []),
      ]),
    async run({ incident_id: id, limit }, { progress, signal }) {
      const incident = await readIncident(store, id)
      const others = (await store.list({ limit: MOST_COMPARED })).filter(other => other !== id)
      const like = []
      for (const [index, other] of others.entries()) {
        if (index % A_TURN === 0) {
          progress(index, others.length, 'comparing')
          await turn()
          signal.throwIfAborted()
        }
        const past = await readIncident(store, other)
        const { likeness, shared } = likenessOf(incident, past)
        if (likeness < LEAST_LIKENESS) continue
        const item = { ...summaryOf(past), likeness, shared, helped: helpedIn(past) }
        like.push({ item, words: wordsOf(past), cosine: 0 }) // not the incident: of hundreds, each may be large
      }
      like.sort((a, b) => b.item.likeness - a.item.likeness)
      const words = like.slice(0, MOST_READ).map(each => each.words)
      for (const { nth, cosine } of await saidAlike(wordsOf(incident), words)) {
        like[nth]!.cosine = cosine
        like[nth]!.item.shared.push(`what is said (cosine ${cosine.toFixed(2)})`)
      }
      const items = like
        .toSorted((a, b) => b.item.likeness - a.item.likeness || b.cosine - a.cosine)
        .map(({ item }) => item)
      return {
        items: items.slice(0, limit),
        truncated: items.length > limit,
        ...(items.length === 0 && { hint: `None of the last ${others.length} incidents is like it.` }),
      }
    },
  })
}

function helpedIn({ remedies }: Incident): string[] {
  return remedies.filter(hasHelped).map(({ title }) => title)
}
