// What tells the same thing again is one thing: a message said minute after minute, and series of one measure of one service. It began
// when the first of them did.
import type { Correlation } from '#incident/incident.ts'
import { clock } from '../amount.ts'
import { describe, groupOf } from '../features.ts'
import { shape } from '../normalise.ts'
import { inOrder } from './correlator.ts'
import type { Item } from './correlator.ts'

const CONFIDENCE = 0.5

/** `firsts`: of each thing the first, in order of time; `repeats`: the last that tells it with the first. */
export function repeated(items: readonly Item[]): { firsts: Item[]; repeats: Correlation[] } {
  const known = new Map<string, { first: Item; last: Item }>()
  for (const item of items) {
    const key = keyOf(item)
    const held = known.get(key) ?? { first: item, last: item }
    const [first] = inOrder(held.first, item)
    const [, last] = inOrder(held.last, item)
    known.set(key, { first, last })
  }
  const things = [...known.values()]
  return {
    firsts: leading(things.map(({ first }) => first)),
    repeats: things.filter(({ first, last }) => first !== last).map(({ first, last }) => again(first, last)),
  }
}

function leading(items: readonly Item[]): Item[] {
  const seen = new Set<string>()
  return items
    .toSorted((a, b) => (inOrder(a, b)[0] === a ? -1 : 1))
    .map(item => {
      const view = [item.signal.kind, item.signal.source, item.key].join('|')
      const leads = !seen.has(view)
      seen.add(view)
      return { ...item, leads }
    })
}

function keyOf({ signal, key }: Item): string {
  if (signal.kind === 'series') return groupOf(describe(signal), signal.entity, signal.source)
  if (signal.kind !== 'log' && signal.kind !== 'error') return signal.id
  return [signal.kind, signal.source, key, signal.labels['issue'] ?? shape(signal.text)].join('|')
}

function again({ signal: a, began }: Item, { signal: b, began: last }: Item): Correlation {
  const service = a.entity.service
  const since = clock(began)
  return {
    a: a.id,
    b: b.id,
    type: 'temporal',
    confidence: CONFIDENCE,
    timeWindow: last - began,
    explanation:
      a.kind === 'series'
        ? `two measures of the same of ${service}, unusual since ${since}`
        : `${service} has said the same since ${since}, last at ${clock(last)}`,
  }
}
