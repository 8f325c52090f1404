// One could have brought the other about: a change and what followed it, a service and those that call it, a node and what runs on it.
import type { Correlation } from '#incident/incident.ts'
import { duration } from '../amount.ts'
import type { Topology } from '../topology.ts'
import { relationOf } from './correlator.ts'
import type { Correlator, Item } from './correlator.ts'

const AFTER_CHANGE = 30 * 60_000
/** Onsets are told by steps: what is caused may seem to begin a step before its cause. */
const TOLERANCE = 2 * 60_000
const ALONG_CALLS = 10 * 60_000

export const causal: Correlator = {
  type: 'causal',
  correlate(items, topology) {
    return items.flatMap(effect => {
      if (effect.signal.kind === 'change') return []
      const causes = items.flatMap(cause => (cause === effect ? [] : (link(cause, effect, topology) ?? [])))
      // The likeliest change, and the likeliest of the others: both are worth knowing.
      const [change] = causes.filter(({ isChange }) => isChange).toSorted((a, b) => b.confidence - a.confidence)
      const [other] = causes.filter(({ isChange }) => !isChange).toSorted((a, b) => b.confidence - a.confidence)
      return [change, other].flatMap(found => (found ? [correlationOf(found, effect)] : []))
    })
  },
}

type Link = { cause: Item; confidence: number; why: string; isChange: boolean }

function link(cause: Item, effect: Item, topology: Topology): Link | undefined {
  const after = effect.began - cause.began
  const relation = relationOf(cause, effect, topology)
  if (!relation || after < -TOLERANCE) return undefined
  const [one, other] = [cause.signal.entity.service, effect.signal.entity.service]
  if (cause.signal.kind === 'change') {
    if (after > AFTER_CHANGE || relation === 'names') return undefined
    const share = relation === 'same' ? 0.95 : 0.7
    const confidence = share * Math.exp(-Math.max(0, after) / AFTER_CHANGE)
    const where = relation === 'same' ? `it is the same service` : `calls join ${one} and ${other}`
    return {
      cause,
      confidence,
      why: `${other} became unusual ${lag(after)} after ${cause.signal.text}, and ${where}`,
      isChange: true,
    }
  }
  if (after > ALONG_CALLS) return undefined
  if (effect.peers.includes(cause.key))
    return { cause, confidence: 0.85, why: `${other} says that ${one} did not answer`, isChange: false }
  if (relation === 'called' && after >= 0) {
    const path = topology.path(effect.key, cause.key)!
    const confidence = 0.8 * 0.85 ** (path.length - 2)
    const names = path.map(key => topology.entityOf(key).service).join(' calls ')
    return { cause, confidence, why: `${names}: ${one} became unusual ${lag(after)} before`, isChange: false }
  }
  const isNode = cause.signal.entity.kind === 'Node'
  if (relation === 'carries' && isNode)
    return { cause, confidence: 0.8, why: `${other} runs on ${one}`, isChange: false }
  const shows = cause.signal.kind === 'state' && effect.signal.kind !== 'state' && relation === 'same'
  return shows
    ? {
        cause,
        confidence: 0.75,
        why: `${one} is in a bad state: ${cause.signal.kind === 'state' ? cause.signal.fault : ''}`,
        isChange: false,
      }
    : undefined
}

function lag(after: number): string {
  return after <= 0 ? 'at once' : duration(after)
}

function correlationOf({ cause, confidence, why }: Link, effect: Item): Correlation {
  return {
    a: cause.signal.id,
    b: effect.signal.id,
    type: 'causal',
    confidence: Math.round(100 * confidence) / 100,
    timeWindow: Math.max(0, effect.began - cause.began),
    explanation: why,
  }
}
