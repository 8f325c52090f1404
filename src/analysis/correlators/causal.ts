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
    const told = new Map<string, { found: Link; effect: Item }>()
    for (const effect of items) {
      if (effect.signal.kind === 'change') continue
      const causes = items.flatMap(cause => (cause === effect ? [] : (link(cause, effect, topology) ?? [])))
      // Of those who tell of one change, whoever knows how to take it back.
      const [change] = causes
        .filter(({ isChange }) => isChange)
        .toSorted((a, b) => b.confidence - a.confidence || Number(canUndo(b)) - Number(canUndo(a)))
      for (const found of [...(change ? [change] : []), ...causes.filter(({ isChange }) => !isChange)]) {
        const key = onceFor(found, effect)
        const held = key === undefined ? undefined : told.get(key)
        if (key !== undefined && (!held || held.found.confidence < found.confidence)) told.set(key, { found, effect })
      }
    }
    return [...told.values()].map(({ found, effect }) => correlationOf(found, effect))
  },
}

/**
 * What is told once, as its surest witnesses tell it: that one service brought another to fail. Within a service, each way it shows is
 * told; undefined for what has been told of the same way.
 */
function onceFor({ cause, isChange }: Link, effect: Item): string | undefined {
  const isSame = cause.key === effect.key
  if (isSame && !effect.leads) return undefined
  return [isChange, cause.key, isSame ? effect.signal.id : effect.key].join('|')
}

const canUndo = ({ cause: { signal } }: Link): boolean => signal.kind === 'change' && signal.change.undo !== undefined

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
