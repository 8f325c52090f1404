// Is the faulty object among the first k causes of the incident a responder would look at?
import { answerOf } from './answer.ts'
import type { Answer } from './answer.ts'
import { means } from './entity.ts'
import type { Level } from './entity.ts'
import type { Label } from './labels.ts'
import { calibrationError, interval, macro, mean } from './measures.ts'
import type { Interval } from './measures.ts'
import { about } from './replayed.ts'
import type { Followed } from './replayed.ts'

export type RootCauseFact = {
  category: string
  /** Of its first ten causes, which ones mean the faulty object. */
  hits: Record<Level, boolean[]>
  answer: Answer
}

export function rootCauseFacts(label: Label, incidents: readonly Followed[]): RootCauseFact[] {
  return label.windows.flatMap(window => {
    const { target, category } = window
    if (!target) return []
    const [first] = about(window, incidents, label.snapshot)
    const causes = first?.incident.rootCauses.slice(0, 10) ?? []
    const hits = (level: Level) => causes.map(({ entity }) => means(entity, target, level))
    return [{ category, hits: { object: hits('object'), service: hits('service') }, answer: answerOf(first?.incident) }]
  })
}

export function isAmong(fact: RootCauseFact, k: number, level: Level = 'object'): boolean {
  return fact.hits[level].slice(0, k).some(Boolean)
}

export function rootCause(
  facts: readonly RootCauseFact[],
  seed: number,
): Record<string, number | Interval | undefined> {
  const out: Record<string, number | Interval | undefined> = {
    n: facts.length,
    named: mean(facts.map(({ hits }) => Number(hits.object.length > 0))),
  }
  for (const level of ['object', 'service'] as const) {
    for (const k of [1, 3, 5]) {
      const rows = facts.map(fact => ({ category: fact.category, hit: Number(isAmong(fact, k, level)) }))
      const hits = rows.map(({ hit }) => hit)
      out[`${level}A@${k}`] = interval(hits, mean, seed)
      out[`${level}MacroA@${k}`] = interval(rows, macro, seed)
    }
  }
  out['ece'] = calibrationError(
    facts.flatMap(fact =>
      fact.answer.confidence === undefined
        ? []
        : [{ confidence: fact.answer.confidence, right: Number(isAmong(fact, 1)) }],
    ),
  )
  return out
}
