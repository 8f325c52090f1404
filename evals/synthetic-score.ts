// Synthetic incidents through the product: correlations, grouping, causes of several at once, false alarms, time to mend, clusters.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { adjustedRandIndex } from '#analysis/evaluate.ts'
import type { WireIncident } from '#mcp-servers/wire.ts'
import { f1, interval, mean, median } from './measures.ts'
import type { Interval } from './measures.ts'
import { followAll } from './replayed.ts'
import type { Followed } from './replayed.ts'
import type { Replayed } from './score.ts'
import { correlationCounts } from './synthetic-correlations.ts'
import type { Counts } from './synthetic-correlations.ts'
import { factsIn, keyOf, keyOfFact } from './synthetic-facts.ts'
import type { Fact } from './synthetic-facts.ts'
import type { CaseSet, SyntheticCase, SyntheticIncident } from './synthetic-incidents/incident.ts'
import { writeRecording } from './write-recording.ts'
import { isCause, responseTo } from './synthetic-response.ts'
import type { Response } from './synthetic-response.ts'

export type SyntheticFact = {
  name: string
  set: CaseSet
  half: SyntheticCase['half']
  faults: string[]
  counts: Counts
  grouping: { together: number; grouped: number; belonging: number }
  /** Incidents opened, and those of them that hold nothing of any fault. */
  opened: number
  falseOnes: number
  hours: number
  /** Of each fault, the best place of its cause in an incident about it, from 0; -1: nowhere. */
  places: number[]
  /** Whether each cause is first in an incident, or among as many first ones of one as there are faults. */
  allNamed: boolean
  responses: Response[]
  clusters: { ari: number | undefined; silhouette: number | undefined }
}

export type SyntheticFigures = { facts: SyntheticFact[]; halves: Record<SyntheticCase['half'] | 'all', HalfFigures> }

export type HalfFigures = {
  cases: number
  precision: Interval | undefined
  recall: Interval | undefined
  groupingF1Apart: Interval | undefined
  groupingPrecisionApart: Interval | undefined
  groupingF1Within: Interval | undefined
  groupingPrecisionWithin: Interval | undefined
  causeFirst: Interval | undefined
  singleStaysSingle: Interval | undefined
  allNamedWithin: Interval | undefined
  allNamedApart: Interval | undefined
  falseAnHour: number
  falseAnHourQuiet: number
  minutesByHand: number
  minutesWithProduct: number
  clusterAri: Interval | undefined
  silhouette: number
}

/** `replayOne` runs the product on a folder that holds nothing of the truth. */
export async function scoreSynthetic(
  cases: Iterable<SyntheticCase>,
  total: number,
  replayOne: (folder: string, tick: string) => Promise<Replayed>,
  progress: (done: number, all: number, name: string) => void,
): Promise<SyntheticFigures> {
  const facts: SyntheticFact[] = []
  for (const one of cases) {
    progress(facts.length, total, one.name)
    const folder = mkdtempSync(join(tmpdir(), 'synthetic-'))
    try {
      await writeRecording(one.recording, folder)
      facts.push(factOf(one, await replayOne(folder, '60s')))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  return figuresOf(facts)
}

export function factOf(
  { name, set, half, recording, incidents: truths }: SyntheticCase,
  { steps, failed }: Replayed,
): SyntheticFact {
  const followed = failed ? [] : followAll(steps)
  const shown = followed.map(one => ({ followed: one, incident: one.last, facts: factsIn(one.last, truths) }))
  const about = truths.map((_, place) => shown.filter(({ facts }) => facts.some(({ of }) => of.has(place))))
  const places = truths.map((truth, i) => best(about[i]!.map(({ incident }) => placeOf(incident, truth))))
  return {
    name,
    set,
    half,
    faults: truths.map(({ scenario }) => scenario),
    counts: correlationCounts(shown, truths),
    grouping: pairsIn(shown, truths),
    opened: followed.length,
    falseOnes: shown.filter(({ facts }) => facts.every(({ of }) => of.size === 0)).length,
    hours: (recording.end - recording.start) / 3_600_000,
    places,
    allNamed: truths.every((_, i) => places[i] === 0 || (places[i]! > 0 && places[i]! < truths.length)),
    responses: truths.map((truth, i) =>
      responseTo(
        truth,
        about[i]!.map(one => one.followed),
      ),
    ),
    clusters: clustersIn(shown),
  }
}

type Shown = { followed: Followed; incident: WireIncident; facts: Fact[] }

function placeOf({ rootCauses }: WireIncident, truth: SyntheticIncident): number {
  return rootCauses.findIndex(({ entity }) => isCause(entity, truth))
}

function best(places: readonly number[]): number {
  const found = places.filter(place => place >= 0)
  return found.length === 0 ? -1 : Math.min(...found)
}

/** Trigger events, and what was grouped beside them, in pairs: shown in one incident, belonging to one fault, both. */
function pairsIn(shown: readonly Shown[], truths: readonly SyntheticIncident[]): SyntheticFact['grouping'] {
  const items = new Map<string, { of: Set<number>; at: Map<Shown, number> }>()
  for (const [place, { triggerEvents }] of truths.entries()) {
    for (const { source, eventType, data } of triggerEvents) {
      const key = keyOf(source, eventType, data.service)
      const item = items.get(key) ?? { of: new Set(), at: new Map() }
      items.set(key, item)
      item.of.add(place)
    }
  }
  for (const one of shown) {
    for (const fact of one.facts) {
      const key = fact.of.size === 0 ? `noise ${keyOfFact(fact)}` : keyOfFact(fact)
      const item = items.get(key) ?? { of: fact.of, at: new Map() }
      items.set(key, item)
      item.at.set(one, (item.at.get(one) ?? 0) + 1)
    }
  }
  const placed = [...items.values()].map(({ of, at }) => ({
    of,
    where: [...at].toSorted((a, b) => b[1] - a[1])[0]?.[0],
  }))
  const pairs = { together: 0, grouped: 0, belonging: 0 }
  for (const [i, a] of placed.entries()) {
    for (const b of placed.slice(i + 1)) {
      const isGrouped = a.where !== undefined && a.where === b.where
      const belongs = [...a.of].some(place => b.of.has(place))
      if (isGrouped) pairs.grouped++
      if (belongs) pairs.belonging++
      if (isGrouped && belongs) pairs.together++
    }
  }
  return pairs
}

/** Messages in clusters beside what they are about: the service they say does not answer, else whoever says it. */
function clustersIn(shown: readonly Shown[]): SyntheticFact['clusters'] {
  const found: { cluster: string; about: string }[] = []
  const silhouettes: number[] = []
  for (const { incident, facts } of shown) {
    const byId = new Map(facts.map(fact => [fact.id, fact]))
    for (const { id, members, silhouetteScore } of incident.clusters) {
      silhouettes.push(silhouetteScore)
      for (const { sourceId } of members) {
        const fact = byId.get(sourceId)
        if (fact && fact.of.size > 0) found.push({ cluster: id, about: aboutOf(fact) })
      }
    }
  }
  return {
    ari:
      found.length < 2
        ? undefined
        : adjustedRandIndex(
            found.map(({ about }) => about),
            found.map(({ cluster }) => cluster),
          ),
    silhouette: silhouettes.length === 0 ? undefined : mean(silhouettes),
  }
}

function aboutOf({ text = '', services, eventType }: Fact): string {
  const called =
    /(?:call to|query on|request to|POST) (?:https:\/\/)?([a-z0-9-]+)/.exec(text)?.[1] ??
    /^UpstreamError: ([a-z0-9-]+)/.exec(text)?.[1]
  return called ?? `${eventType} ${services[0]}`
}

export function figuresOf(facts: SyntheticFact[]): SyntheticFigures {
  const of = (half: SyntheticCase['half']) => figuresIn(facts.filter(one => one.half === half))
  return { facts, halves: { all: figuresIn(facts), development: of('development'), reported: of('reported') } }
}

function figuresIn(facts: readonly SyntheticFact[]): HalfFigures {
  const among = (...sets: CaseSet[]) => facts.filter(({ set }) => sets.includes(set))
  const faulty = facts.filter(({ set }) => set !== 'quiet')
  const [apart, within, single, quiet] = [among('apart'), among('within'), among('single', 'flood'), among('quiet')]
  const share = (
    rows: readonly SyntheticFact[],
    part: (fact: SyntheticFact) => number,
    whole: (fact: SyntheticFact) => number,
  ) => interval(rows, some => sum(some.map(part)) / Math.max(1, sum(some.map(whole))))
  const grouping = (rows: readonly SyntheticFact[]) => ({
    precision: share(
      rows,
      ({ grouping: { together } }) => together,
      ({ grouping: { grouped } }) => grouped,
    ),
    f1: interval(rows, some => {
      const [together, grouped, belonging] = (['together', 'grouped', 'belonging'] as const).map(which =>
        sum(some.map(fact => fact.grouping[which])),
      )
      return f1(together! / Math.max(1, grouped!), together! / Math.max(1, belonging!))
    }),
  })
  const responses = faulty.flatMap(one => one.responses)
  const known = facts.flatMap(({ clusters: { ari } }) => ari ?? [])
  const perHour = (rows: readonly SyntheticFact[]) =>
    sum(rows.map(({ falseOnes }) => falseOnes)) / sum(rows.map(({ hours }) => hours))
  return {
    cases: facts.length,
    precision: share(
      faulty,
      ({ counts: { right } }) => right,
      ({ counts: { told } }) => told,
    ),
    recall: share(
      faulty,
      ({ counts: { found } }) => found,
      ({ counts: { expected } }) => expected,
    ),
    groupingF1Apart: grouping(apart).f1,
    groupingPrecisionApart: grouping(apart).precision,
    groupingF1Within: grouping(within).f1,
    groupingPrecisionWithin: grouping(within).precision,
    causeFirst: interval(single, rows => mean(rows.map(({ places }) => Number(places[0] === 0)))),
    singleStaysSingle: interval(single, rows => mean(rows.map(({ opened }) => Number(opened === 1)))),
    allNamedWithin: interval(within, rows => mean(rows.map(({ allNamed }) => Number(allNamed)))),
    allNamedApart: interval(apart, rows => mean(rows.map(({ allNamed }) => Number(allNamed)))),
    falseAnHour: perHour(facts),
    falseAnHourQuiet: perHour(quiet),
    minutesByHand: median(responses.map(({ byHand }) => byHand)),
    minutesWithProduct: median(responses.map(({ withProduct }) => withProduct)),
    clusterAri: interval(known, mean),
    silhouette: mean(facts.flatMap(({ clusters: { silhouette } }) => silhouette ?? [])),
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
