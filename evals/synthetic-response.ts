// How long until a fault is found and mended: with the product, and by hand under assumptions that are printed with the figures.
import type { Followed } from './replayed.ts'
import { means } from './entity.ts'
import type { SyntheticIncident } from './synthetic-incidents/incident.ts'

const MINUTE = 60_000

/** In minutes. Judgement, from what on-call people tell of their nights; each can be doubted, so each is named. */
export const ASSUMED = {
  acknowledge: 5,
  complaint: 20,
  look: 4,
  decide: 5,
  approve: 2,
  recover: 2,
} as const

export const ASSUMPTIONS = [
  `Somebody is called by the first alarm that fires, or ${ASSUMED.complaint} min after the beginning by a person who complains, and sits down after ${ASSUMED.acknowledge} min: with the product and without.`,
  `By hand: each service that is visibly worse takes ${ASSUMED.look} min to look at, half of them are looked at before the cause is found, and it takes ${ASSUMED.decide} min to decide and to write the commands.`,
  `With the product: the incident calls when it opens; a right cause with the button that mends it takes ${ASSUMED.approve} min to read and to approve, without a button ${ASSUMED.decide} min; where the first cause is wrong, one look more is lost and the rest is by hand.`,
  `Either way it takes ${ASSUMED.recover} min until the fault is gone.`,
]

export type Response = { byHand: number; withProduct: number; foundAfter: number | undefined }

/** In minutes from the fault's beginning; what is opened later than `until` does not help. */
export function responseTo(truth: SyntheticIncident, about: readonly Followed[]): Response {
  const { from, until, triggerEvents, cure } = truth
  const alarm = triggerEvents.find(({ eventType }) => eventType === 'alarm')
  const called = alarm ? (Date.parse(alarm.timestamp) - from) / MINUTE : ASSUMED.complaint
  const looked = new Set(
    triggerEvents.filter(({ eventType }) => eventType === 'series').map(({ data }) => data.service),
  ).size
  const search = ASSUMED.look * Math.max(1, (looked + 1) / 2) + ASSUMED.decide + ASSUMED.recover
  const byHand = called + ASSUMED.acknowledge + search

  const versions = about
    .flatMap(({ versions: all }) => all)
    .toSorted((a, b) => a.at - b.at)
    .filter(({ at }) => at < until)
  const [first] = versions
  if (!first) return { byHand, withProduct: byHand, foundAfter: undefined }
  const paged = Math.min((first.at - from) / MINUTE, called) + ASSUMED.acknowledge
  const right = versions.find(({ incident: { rootCauses } }) => rootCauses[0] && isCause(rootCauses[0].entity, truth))
  if (!right) return { byHand, withProduct: paged + ASSUMED.look + search, foundAfter: undefined }
  const foundAfter = (right.at - from) / MINUTE
  const hasButton = right.incident.remediationSuggestions.some(({ automatable, tool }) => automatable && tool === cure)
  const act = hasButton && cure ? ASSUMED.approve : ASSUMED.decide
  return { byHand, withProduct: Math.max(paged, foundAfter) + act + ASSUMED.recover, foundAfter }
}

export function isCause(entity: Parameters<typeof means>[0], { cause, also }: SyntheticIncident): boolean {
  return [cause, ...also].some(target => means(entity, target))
}
