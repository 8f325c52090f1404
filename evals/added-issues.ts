// Two issues of one call graph at once, made by adding what one did to its series to the other's: are both causes named, and
// does a single one stay single?
import { randomFrom } from '#analysis/random.ts'
import type { Recording } from '../simulator/recording.ts'
import { drawn } from './drawn.ts'
import { means } from './entity.ts'
import type { Label, Target, Truth } from './labels.ts'
import { interval, mean } from './measures.ts'
import type { Interval } from './measures.ts'
import { replayMade } from './replay-made.ts'
import type { ReplayOne } from './replay-made.ts'
import { about, followAll } from './replayed.ts'
import type { Followed } from './replayed.ts'
import { HISTORY, superposed } from './superpose.ts'
import { between } from './variants.ts'
import type { Case } from './variants.ts'

export type AddedIssues = {
  pairs: number
  singles: number
  /** At least one of two, and both, first or second of an incident about them. */
  oneNamed: Interval | undefined
  bothNamed: Interval | undefined
  byShare: ByShare[]
}

/** A second cause counts as claimed where it has this share of the first one's evidence. */
export type ByShare = { share: number; both: Interval | undefined; single: Interval | undefined }

const SEED = 0
/** Each is a replay of six hours; of the low traffic of PetShop there are 260. */
const PAIRS = 24
const SHARES = [0.1, 0.3, 0.5]

type Claims = { firstTwo: Entity[]; byShare: Map<number, Entity[]> }
type Entity = Followed['last']['rootCauses'][number]['entity']

/** `truth`: of recordings of one call graph; those with one issue each are used. */
export async function addedIssues(
  truth: Truth,
  read: (recording: string) => Promise<Recording>,
  replayOne: ReplayOne,
  progress: (done: number, all: number, name: string) => void,
): Promise<AddedIssues> {
  const issues = Object.entries(truth.recordings).filter(
    ([, { windows }]) => windows.length === 1 && windows[0]?.target,
  )
  const pairs = drawn(
    issues.flatMap(([a, one], i) =>
      issues.slice(i + 1).flatMap(([b, two]) => (targetOf(one).name === targetOf(two).name ? [] : [[a, b] as const])),
    ),
    PAIRS,
    randomFrom(SEED),
  )
  const singles = [...new Set(pairs.flat())].sort()
  const caseOf = async (name: string): Promise<Case> => {
    return { recording: await read(name), label: truth.recordings[name]! }
  }
  const all = pairs.length + singles.length
  const both: { claims: Claims; targets: Target[] }[] = []
  for (const [done, [a, b]] of pairs.entries()) {
    progress(done, all, `${a} and ${b}`)
    const { recording, label } = superposed(await caseOf(a), await caseOf(b))
    both.push({ claims: await claimsIn(recording, label, replayOne), targets: label.windows.map(one => one.target!) })
  }
  const alone: Claims[] = []
  for (const [done, name] of singles.entries()) {
    progress(pairs.length + done, all, name)
    const { recording, label } = await caseOf(name)
    const from = label.windows[0]!.catch[0] - HISTORY
    alone.push(await claimsIn(between(recording, from, recording.end), label, replayOne))
  }
  const share = <T>(rows: readonly T[], is: (row: T) => boolean) =>
    interval(
      rows.map(row => Number(is(row))),
      mean,
      SEED,
    )
  const isNamed = (entities: readonly Entity[]) => (target: Target) => entities.some(entity => means(entity, target))
  return {
    pairs: pairs.length,
    singles: singles.length,
    oneNamed: share(both, ({ claims, targets }) => targets.some(isNamed(claims.firstTwo))),
    bothNamed: share(both, ({ claims, targets }) => targets.every(isNamed(claims.firstTwo))),
    byShare: SHARES.map(least => ({
      share: least,
      both: share(both, ({ claims, targets }) => targets.every(isNamed(claims.byShare.get(least)!))),
      single: share(alone, claims => claims.byShare.get(least)!.length === 1),
    })),
  }
}

function targetOf({ windows }: Label): Target {
  return windows[0]!.target!
}

/** What the incidents about the faults claim as causes: the first of each, and the second where it weighs enough. */
async function claimsIn(recording: Recording, label: Label, replayOne: ReplayOne): Promise<Claims> {
  const incidents = followAll((await replayMade(recording, label.tick, replayOne)).steps)
  const found = about(label.windows[0]!, incidents, false).filter(({ tier }) => tier < 2)
  const causes = found.map(({ incident }) => incident.rootCauses)
  const claimed = (least: number) =>
    distinct(
      causes.flatMap(([first, second]) => [
        ...(first ? [first.entity] : []),
        ...(first && second && second.score >= least * first.score ? [second.entity] : []),
      ]),
    )
  return { firstTwo: claimed(0), byShare: new Map(SHARES.map(least => [least, claimed(least)])) }
}

function distinct(entities: readonly Entity[]): Entity[] {
  return [
    ...new Map(
      entities.map(entity => [JSON.stringify([entity.namespace, entity.kind, entity.name, entity.service]), entity]),
    ).values(),
  ]
}
