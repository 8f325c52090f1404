// Whether a former version can still run: its ReplicaSet is there, it ran, and what its pods need exists. Secrets are not
// looked for: this account has no business with them.
import { asFault } from '#incident/fault.ts'
import type { Prerequisite } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'
import { ageOf } from '../age.ts'
import { kindNamed, pathOfKind } from '../kinds.ts'
import { byRevision, revisionOf } from '../rollouts.ts'
import type { ReplicaSet } from '../schema.ts'
import type { Looked } from './action.ts'
import type { Facts, Reader } from './facts.ts'
import { mapAt } from './patch.ts'
import type { JsonMap } from './patch.ts'

/** Never throws: what cannot be read is said to be so. */
export async function lookAtFormer(
  facts: Facts,
  { replicaSet, replicaSetUid }: { replicaSet: string; replicaSetUid: string },
  now: Millis,
  reader: Reader,
  signal: AbortSignal,
): Promise<Looked> {
  const known = byRevision(facts.workload, facts.replicaSets)
  const index = known.findIndex(({ metadata }) => metadata.name === replicaSet && metadata.uid === replicaSetUid)
  const former = known[index]
  const there = { what: 'the former revision exists', holds: former !== undefined }
  if (!former) return { checked: [{ ...there, saw: `no ReplicaSet ${replicaSet} of that uid` }] }
  const exists = { ...there, saw: `${replicaSet}, revision ${revisionOf(former)}` }
  const ran = ranFrom(former, known[index + 1], now)
  const template = await templateOf(facts.target.namespace, replicaSet, reader, signal)
  const needs = await lookAtNeeds(facts.target.namespace, template, reader, signal)
  return { checked: [exists, health(former, ran), needs], ...(ran && { former: ran }) }
}

type Span = { from: Millis; to: Millis }

/** Until the next revision was made, as far as creation times say. */
function ranFrom(former: ReplicaSet, next: ReplicaSet | undefined, now: Millis): Span | undefined {
  const from = former.metadata.creationTimestamp
  const to = next?.metadata.creationTimestamp ?? now
  return from === undefined || from >= to ? undefined : { from, to }
}

/** Its pods are gone mostly: then the record of incidents has to say (incident/prerequisites.ts). */
function health({ status }: ReplicaSet, ran: Span | undefined): Prerequisite {
  const what = 'the former revision was healthy'
  const ready = status?.readyReplicas ?? 0
  if (ready > 0) return { what, holds: true, saw: `${ready} of its pods are ready now` }
  return { what, saw: ran ? `it ran ${ageOf(ran.from, ran.to)}; none of its pods is left to ask` : 'nothing says so' }
}

async function templateOf(namespace: string, replicaSet: string, { client, resilience }: Reader, signal: AbortSignal) {
  const path = pathOfKind(kindNamed('ReplicaSet'), namespace, replicaSet)
  const value = await resilience.run('get ReplicaSet', abort => client.get(path, abort), { signal }).catch(() => null)
  return mapAt(value, ['spec', 'template', 'spec'])
}

const MOST_NEEDS = 10 // objects asked for: each is a request

async function lookAtNeeds(
  namespace: string,
  spec: JsonMap | undefined,
  { client, resilience }: Reader,
  signal: AbortSignal,
): Promise<Prerequisite> {
  const what = 'what its pods need is still there'
  if (!spec) return { what, saw: 'its template cannot be read' }
  const needs = needsOf(spec)
  if (needs.length === 0) return { what, holds: true, saw: 'they name no config map, claim or account' }
  const found = await Promise.all(
    needs.slice(0, MOST_NEEDS).map(async ({ kind, name }) => {
      const path = pathOfKind(kindNamed(kind), namespace, name)
      try {
        await resilience.run(`get ${kind}`, abort => client.get(path, abort), { signal })
        return { said: `${kind} ${name}`, is: 'there' as const }
      } catch (error) {
        const isGone = asFault(error).code === 'not_found'
        return { said: `${kind} ${name}`, is: isGone ? ('gone' as const) : ('unread' as const) }
      }
    }),
  )
  const those = (is: 'there' | 'gone' | 'unread') => found.filter(each => each.is === is).map(({ said }) => said)
  const [gone, unread] = [those('gone'), those('unread')]
  if (gone.length > 0) return { what, holds: false, saw: `there is no ${gone.join(', no ')}` }
  const left = needs.length - found.length
  if (unread.length > 0) return { what, saw: `${unread.join(', ')} cannot be read` }
  if (left > 0) return { what, saw: `${found.length} are there, ${left} more were not looked for` }
  return { what, holds: true, saw: those('there').join(', ') }
}

type Need = { kind: 'ConfigMap' | 'PersistentVolumeClaim' | 'ServiceAccount'; name: string }

/** What stands in the template by name and is not optional. */
function needsOf(spec: JsonMap): Need[] {
  const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]
  const sources = containers.flatMap(each => [
    ...listAt(each, 'envFrom').map(from => mapAt(from, ['configMapRef'])),
    ...listAt(each, 'env').map(variable => mapAt(variable, ['valueFrom', 'configMapKeyRef'])),
  ])
  const volumes = listAt(spec, 'volumes')
  const maps = [...sources, ...volumes.map(volume => mapAt(volume, ['configMap']))].filter(
    map => map?.['optional'] !== true,
  )
  const needs = [
    ...maps.flatMap(map => need('ConfigMap', map?.['name'])),
    ...volumes.flatMap(volume =>
      need('PersistentVolumeClaim', mapAt(volume, ['persistentVolumeClaim'])?.['claimName']),
    ),
    ...need('ServiceAccount', spec['serviceAccountName']),
  ]
  return needs.filter(({ kind, name }, i) => needs.findIndex(other => other.kind === kind && other.name === name) === i)
}

function need(kind: Need['kind'], name: unknown): Need[] {
  return typeof name === 'string' && name !== '' ? [{ kind, name }] : []
}

function listAt(map: unknown, key: string): unknown[] {
  const list = mapAt(map, [])?.[key]
  return Array.isArray(list) ? list : []
}
