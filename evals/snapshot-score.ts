// Of made-up clusters with one known fault each: is it named first, and is a cluster without one left alone?
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WireIncident } from '#mcp-servers/wire.ts'
import { answerOf } from './answer.ts'
import type { Answer } from './answer.ts'
import { means } from './entity.ts'
import { calibrationError, interval, macro, mean } from './measures.ts'
import type { Interval } from './measures.ts'
import { about, followAll } from './replayed.ts'
import type { Replayed } from './score.ts'
import { writeSnapshot } from './snapshots/snapshot.ts'
import type { Half, ObjectName, SnapshotCase } from './snapshots/snapshot.ts'

export type SnapshotFact = {
  name: string
  category: string
  half: Half | undefined
  /** Place of the right object among the causes, from 0; -1: it is not there. Of a healthy one: -1 where something was opened. */
  place: number
  answer: Answer
  /** What was said instead. */
  said: string
}

export type SnapshotFigures = {
  cases: number
  healthy: number
  first: Interval | undefined
  firstThree: Interval | undefined
  ece: number | undefined
  silent: Interval | undefined
  byHalf: { half: Half; n: number; first: Interval | undefined; firstThree: Interval | undefined }[]
  byCategory: { category: string; n: number; first: number; firstThree: number; seen: number; unseen: number }[]
  facts: SnapshotFact[]
}

const SPAN = 3_600_000
const HALVES: readonly Half[] = ['seen', 'unseen']

export async function scoreSnapshots(
  cases: readonly SnapshotCase[],
  replayOne: (folder: string, tick: string) => Promise<Replayed>,
  progress: (done: number, all: number, name: string) => void,
): Promise<SnapshotFigures> {
  const facts: SnapshotFact[] = []
  for (const [done, snapshot] of cases.entries()) {
    progress(done, cases.length, snapshot.name)
    const folder = mkdtempSync(join(tmpdir(), 'snapshot-'))
    try {
      await writeSnapshot(snapshot, folder)
      facts.push(factOf(snapshot, await replayOne(folder, '60s')))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  return figuresOf(facts)
}

function factOf(
  { name, category, half, truth, also = [], at }: SnapshotCase,
  { steps, failed }: Replayed,
): SnapshotFact {
  const window = { start: at - SPAN, end: at, catch: [at - SPAN, at] as [number, number], category }
  const [first] = about(window, failed ? [] : followAll(steps), true)
  const causes = first?.incident.rootCauses ?? []
  const right = truth === undefined ? [] : [truth, ...also]
  return {
    name,
    category,
    half,
    place: truth === undefined ? (first || failed ? -1 : 0) : causes.findIndex(({ entity }) => isAny(entity, right)),
    answer: answerOf(first?.incident),
    said: failed ? 'the replay failed' : (first?.incident.title ?? 'nothing'),
  }
}

function isAny(entity: WireIncident['rootCauses'][number]['entity'], objects: readonly ObjectName[]): boolean {
  return objects.some(({ kind, namespace, name }) => {
    const isSame = entity.kind === kind && entity.name === name && (entity.namespace ?? namespace) === namespace
    return (
      isSame ||
      means(entity, {
        kind: LEVELS[kind] ?? 'object',
        name: OF_NAMESPACE.has(kind) ? (namespace ?? name) : name,
        ...(namespace !== undefined && { namespace }),
      })
    )
  })
}

/** What stands for a whole namespace. */
const OF_NAMESPACE = new Set(['Namespace', 'ResourceQuota', 'LimitRange'])

/** As labels of recordings call them. */
const LEVELS: Record<string, string> = {
  Node: 'node',
  Namespace: 'namespace',
  ResourceQuota: 'namespace',
  LimitRange: 'namespace',
  ...Object.fromEntries(
    ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod', 'Service'].map(kind => [
      kind,
      'app',
    ]),
  ),
}

function figuresOf(facts: readonly SnapshotFact[]): SnapshotFigures {
  const sick = facts.filter(({ category }) => category !== 'healthy')
  const healthy = facts.filter(({ category }) => category === 'healthy')
  const within = (k: number) => (rows: readonly SnapshotFact[]) =>
    macro(rows.map(({ category, place }) => ({ category, hit: Number(place >= 0 && place < k) })))
  return {
    cases: sick.length,
    healthy: healthy.length,
    first: interval(sick, within(1)),
    firstThree: interval(sick, within(3)),
    ece: calibrationError(
      sick.flatMap(({ answer: { confidence }, place }) =>
        confidence === undefined ? [] : [{ confidence, right: Number(place === 0) }],
      ),
    ),
    silent: interval(healthy, rows => mean(rows.map(({ place }) => Number(place === 0)))),
    byHalf: HALVES.map(half => {
      const rows = sick.filter(fact => fact.half === half)
      return { half, n: rows.length, first: interval(rows, within(1)), firstThree: interval(rows, within(3)) }
    }),
    byCategory: [...Map.groupBy(sick, ({ category }) => category)].map(([category, rows]) => ({
      category,
      n: rows.length,
      first: within(1)(rows),
      firstThree: within(3)(rows),
      seen: firstShare(rows, 'seen'),
      unseen: firstShare(rows, 'unseen'),
    })),
    facts: [...facts],
  }
}

/** NaN of none. */
function firstShare(rows: readonly SnapshotFact[], half: Half): number {
  return mean(rows.filter(fact => fact.half === half).map(({ place }) => Number(place === 0)))
}
