// Settings that were changed shortly before the workload that takes them fell ill: the config map is what is to be taken back. That
// it was changed is no fault; without somebody who suffers from then on nothing is said.
import type { Millis } from '#incident/signal.ts'
import { REMEMBERED } from '../log-memory.ts'
import { isReady } from '../readiness.ts'
import { rolloutsOf } from '../rollouts.ts'
import type { ConfigMap, Workload } from '../schema.ts'
import type { Pod } from '../pod-schema.ts'
import { settingsOf } from '../settings-in-use.ts'
import { templateChanges } from '../template-changes.ts'
import { named, referenceOf } from '../view.ts'
import type { View } from '../view.ts'
import { saidBy } from './steady.ts'
import type { Check, Verdict } from './verdict.ts'
import { unreadySince } from './verdict.ts'
import { logWitness, saidIn } from './witness.ts'

const LATELY: Millis = 60 * 60_000 // as a rollout counts as a suspect
const SLACK: Millis = 60_000 // clocks differ, and the kubelet looks at mounted config maps once a minute

export const settingsChanged: Check = {
  name: 'settings-changed',
  check(view) {
    if (view.configMaps.length === 0) return []
    const byName = new Map(view.configMaps.map(each => [named(each.metadata), each]))
    return view.workloads.flatMap(workload =>
      settingsOf(workload).flatMap(name => {
        const settings = byName.get(named({ ...workload.metadata, name }))
        const changed = settings && changedAt(settings)
        if (!settings || !changed || view.at - changed.at > LATELY) return []
        return verdictOf(workload, settings, changed, view)
      }),
    )
  },
}

const BESIDE_OWN_CHANGE = 5 // a release brings both, and what it runs is likelier to be at fault than what it is told

/** Its template was changed in that time too, in more than an annotation that makes its pods begin anew. */
function hasOwnChange(workload: Workload, view: View): boolean {
  const object = referenceOf(workload)
  const last = rolloutsOf(workload, view.replicaSetsOf(object), view.eventsOf(object)).at(-1)
  if (!last?.before || last.at === undefined || view.at - last.at > LATELY) return false
  const changes = templateChanges(last.before.spec?.template, last.current.spec?.template)
  return changes.some(change => !change.startsWith('pod annotation'))
}

type Changed = { at: Millis; by: string }

function verdictOf(workload: Workload, { metadata }: ConfigMap, changed: Changed, view: View): Verdict[] {
  const owner = referenceOf(workload)
  const trouble = troubleSince(workload, changed.at, view)
  if (!trouble) return []
  const minutes = Math.round((view.at - changed.at) / 60_000)
  return [
    {
      object: { kind: 'ConfigMap', namespace: metadata.namespace, name: metadata.name },
      concerns: owner,
      fault: 'SettingsChanged',
      points: hasOwnChange(workload, view) ? BESIDE_OWN_CHANGE : trouble.points,
      whenHealthy: 1, // its pods may be ready, and fail
      text: `${owner.name}: its settings in config map ${named(metadata)} were changed ${minutes} min ago by ${changed.by}, and since then ${trouble.says}`,
      since: trouble.since,
      mend: `look at what was changed in ${metadata.name}, take it back, and restart ${owner.name}`,
      witness: [`ConfigMap ${named(metadata)}: changed by ${changed.by}`, ...trouble.witness],
    },
  ]
}

/** Field managers are told by their last write alone; which fields it was, is not looked at. */
function changedAt({ metadata }: ConfigMap): Changed | undefined {
  const created = metadata.creationTimestamp ?? 0
  return metadata.managedFields
    .flatMap(({ manager = 'somebody', time }) => (time === undefined ? [] : [{ at: time, by: manager }]))
    .filter(({ at }) => at > created + SLACK) // new ones come with whom they are for
    .toSorted((a, b) => b.at - a.at)[0]
}

type Trouble = { points: number; says: string; since: Millis; witness: string[] }

/** What began after the change: pods that do not get ready, or errors of pods that took it in. */
function troubleSince(workload: Workload, changed: Millis, view: View): Trouble | undefined {
  const owner = referenceOf(workload)
  const pods = view.podsOf(owner)
  const unready = pods.filter(pod => !isReady(pod) && hasTakenIn(pod, changed))
  const [ill] = unready
  if (ill && unreadySince(ill, view.at) >= changed - SLACK) {
    const says = `${unready.length} of its ${pods.length} pods are not ready`
    const witness = [`${named(ill.metadata)}: not ready`]
    return { points: 10, says, since: unreadySince(ill, view.at), witness }
  }
  const said = saidBy(view, owner, ({ weight }) => weight === 'error')
  const [first] = said?.lines ?? []
  if (!said?.isSteady || !first) return undefined
  const isSeenFromThen = view.at - changed < REMEMBERED && said.since >= changed - SLACK
  if (!isSeenFromThen && !pods.every(pod => hasTakenIn(pod, changed))) return undefined
  return {
    points: 9,
    says: `it says: ${saidIn(first)} (${said.count}×)`,
    since: said.since,
    witness: [logWitness(first)],
  }
}

/** It began after the change, and so began with it. */
function hasTakenIn({ metadata, status }: Pod, changed: Millis): boolean {
  return (status?.startTime ?? metadata.creationTimestamp ?? 0) >= changed - SLACK
}
