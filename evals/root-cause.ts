// Is the faulty object among the first k causes of the incident a responder would look at?
import { means } from './entity.ts'
import type { Level } from './entity.ts'
import type { Label } from './labels.ts'
import { calibrationError, interval, macro, mean } from './measures.ts'
import type { Interval } from './measures.ts'
import { about } from './replayed.ts'
import type { Followed } from './replayed.ts'

export type RootCauseFact = {
  category: string
  hits: Record<Level, boolean[]>
  named: boolean
  confidence: number | undefined
}

export function rootCauseFacts(label: Label, incidents: readonly Followed[]): RootCauseFact[] {
  return label.windows.flatMap(window => {
    const { target } = window
    if (!target) return []
    const [first] = about(window, incidents, label.snapshot)
    const causes = first?.incident.rootCauses.slice(0, 10) ?? []
    const hits = (level: Level) => causes.map(({ entity }) => means(entity, target, level))
    return [
      {
        category: window.category,
        hits: { object: hits('object'), service: hits('service') },
        named: causes.length > 0,
        confidence: causes[0]?.confidence,
      },
    ]
  })
}

export function rootCause(
  facts: readonly RootCauseFact[],
  seed: number,
): Record<string, number | Interval | undefined> {
  const at = (k: number, level: Level) => facts.map(({ hits }) => Number(hits[level].slice(0, k).some(Boolean)))
  const out: Record<string, number | Interval | undefined> = {
    n: facts.length,
    named: mean(facts.map(({ named }) => Number(named))),
  }
  for (const level of ['object', 'service'] as const) {
    for (const k of [1, 3, 5]) {
      const hits = at(k, level)
      out[`${level}A@${k}`] = interval(hits, mean, seed)
      out[`${level}MacroA@${k}`] = interval(
        facts.map(({ category }, i) => ({ category, hit: hits[i] ?? 0 })),
        macro,
        seed,
      )
    }
  }
  const answered = facts.filter(({ named, confidence }) => named && confidence !== undefined)
  out['ece'] = calibrationError(
    answered.map(({ confidence = 0, hits }) => ({
      confidence: Math.min(1, Math.max(0, confidence)),
      right: Number(hits.object[0] ?? false),
    })),
  )
  return out
}
