// Alike in meaning, said by different sources or services: a cosine never decides alone (`Redis is ready` is near `Redis is down`).
import type { Correlation } from '#incident/incident.ts'
import type { Embedder } from '../embed.ts'
import { duration } from '../amount.ts'
import { shape } from '../normalise.ts'
import { dot, row } from '../vector.ts'
import { inOrder, relationOf } from './correlator.ts'
import type { Correlator, Item } from './correlator.ts'

const WINDOW = 30 * 60_000
const MOST_TEXTS = 300

export function semantic(embedder: Embedder): Correlator {
  return {
    type: 'semantic',
    correlate(items, topology) {
      const spoken = distinct(items).slice(0, MOST_TEXTS)
      const vectors = embedder.embed(spoken.map(({ text }) => text!))
      const found = new Map<string, Correlation>() // by the services and sources of its ends: its surest witnesses
      for (const [i, item] of spoken.entries()) {
        const best = new Map<string, { other: Item; cosine: number }>()
        for (let j = 0; j < i; j++) {
          const other = spoken[j]!
          if (other.signal.source === item.signal.source && other.key === item.key) continue
          const cosine = dot(row(vectors, embedder.dims, i), row(vectors, embedder.dims, j))
          if (cosine < embedder.alike || cosine <= (best.get(other.signal.source)?.cosine ?? 0)) continue
          if (Math.abs(item.began - other.began) > WINDOW || !relationOf(item, other, topology)) continue
          best.set(other.signal.source, { other, cosine })
        }
        for (const { other, cosine } of best.values()) {
          const ends = [item, other]
            .map(({ key, signal }) => `${key} ${signal.source}`)
            .toSorted()
            .join('|')
          const correlation = correlationOf(item, other, cosine)
          if (correlation.confidence > (found.get(ends)?.confidence ?? 0)) found.set(ends, correlation)
        }
      }
      return [...found.values()]
    },
  }
}

const WELL = /\b(ready|healthy|recovered|restored|resolved|succeeded|connected|started|back to (normal|usual))\b/i
const ILL = /\b(not|no|never|un\w+|fail\w*|error|down|lost|refused|denied|time[ds]?[ -]?out|crash\w*)\b|n't\b/i

/** What says that something is well is no evidence of trouble, however near its words are. */
export function saysWell(text: string): boolean {
  return WELL.test(text) && !ILL.test(text)
}

/** One for each message, service and source: repeats say nothing new. */
function distinct(items: readonly Item[]): Item[] {
  const seen = new Map<string, Item>()
  for (const item of items) {
    if (item.text === undefined || saysWell(item.text)) continue
    const key = [item.signal.source, item.key, shape(item.text)].join('|')
    if (!seen.has(key)) seen.set(key, item)
  }
  return [...seen.values()]
}

function correlationOf(item: Item, other: Item, cosine: number): Correlation {
  const [a, b] = inOrder(item, other)
  const apart = b.began - a.began
  const near = apart <= 5 * 60_000 ? 0.15 : 0
  return {
    a: a.signal.id,
    b: b.signal.id,
    type: 'semantic',
    confidence: Math.round(100 * Math.min(0.95, cosine + near)) / 100,
    timeWindow: apart,
    explanation: `${a.signal.entity.service} (${a.signal.source}) and ${b.signal.entity.service} (${b.signal.source}) say alike (cosine ${cosine.toFixed(2)}), ${duration(apart)} apart`,
  }
}
