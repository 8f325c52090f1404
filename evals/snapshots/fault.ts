// How a fault is written down: what it is called, the applications it is put into and what it meets in each, and what it
// changes. A case is one fault in one application with the noise of the day around it.
import type { Application } from './application.ts'
import { applications, type ApplicationName } from './apps/index.ts'
import { chat, workloadOf } from './application.ts'
import { isKept } from './event.ts'
import { nameOf, type Thing } from './kinds.ts'
import { live } from './noise.ts'
import { settle } from './settle.ts'
import type { Category, ObjectName, SnapshotCase } from './snapshot.ts'
import { settleUsage } from './usage.ts'
import type { World } from './world.ts'
import type { Workload } from './workload.ts'

/** Right, and what would be right as well. */
export type Truth = { truth: Thing | ObjectName; also?: (Thing | ObjectName)[] }

export type Fault = {
  name: string
  /** The workload it meets, by application. */
  meets: Partial<Record<ApplicationName, string>>
  make: (app: Application, target: Workload) => Truth
}

export function casesOf(category: Category, faults: readonly Fault[]): SnapshotCase[] {
  return faults.flatMap(({ name: faultName, meets, make }, place) =>
    Object.entries(meets).map(([application, targetName]) => {
      const title = `${faultName}-in-${application}`
      const app = applications[application as ApplicationName](title)
      const target = workloadOf(app, targetName)
      live(app, [targetName, ...involvedIn(app, target)])
      const { truth, also = [] } = make(app, target)
      chat(app)
      return {
        ...finished(app.world, title),
        category,
        half: place % 2 === 0 ? 'seen' : 'unseen',
        truth: asName(truth),
        ...(also.length > 0 && { also: also.map(asName) }),
      }
    }),
  )
}

/** The world as it is, controllers' work done, forgotten events gone, everything in a steady order. */
export function finished(
  world: World,
  title: string,
): Pick<SnapshotCase, 'name' | 'at' | 'objects' | 'logs' | 'metrics'> {
  settle(world)
  settleUsage(world)
  const objects = [...namespaces(world), ...world.objects, ...world.events.filter(event => isKept(world, event))]
  const pods = new Set(world.objects.filter(({ kind }) => kind === 'Pod').map(({ metadata: { name } }) => name))
  const logs = world.logs.filter(({ at, pod }) => at <= world.at && pods.has(pod)).toSorted((a, b) => a.at - b.at)
  return { name: title, at: world.at, objects, logs, metrics: world.metrics }
}

function asName(truth: Thing | ObjectName): ObjectName {
  return 'metadata' in truth ? nameOf(truth) : truth
}

/** Who depends on the target, and on whom it depends: their events would be part of the fault's story. */
function involvedIn({ workloads }: Application, { text }: Workload): string[] {
  const callers = workloads.filter(each => each.text.calls?.some(({ to }) => to === text.name))
  return [...callers.map(each => each.text.name), ...(text.calls ?? []).map(({ to }) => to)]
}

function namespaces(world: World): SnapshotCase['objects'] {
  const names = new Set(
    world.objects.map(({ metadata: { namespace } }) => namespace).filter(name => name !== undefined),
  )
  const known = new Set(world.objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata: { name } }) => name))
  return [...names]
    .filter(name => !known.has(name))
    .toSorted()
    .map(name => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name }, creationTimestamp: '2025-11-03T09:12:44Z' },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    }))
}
