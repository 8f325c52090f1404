// The recorded changes of objects, played into the store in their order. What a client has changed is off the script:
// later records of it, of what it owns, and Events about these are passed over.
import type { Cloud } from '../cloud.ts'
import type { KubernetesObject, Millis, RecordOf } from '../recording.ts'
import type { Catalogue } from './catalogue.ts'
import { isMap, sameJson, valueAt, withoutNulls } from './json.ts'
import { uidFor } from './names.ts'
import { stamp, type Draft, type StoredObject } from './objects.ts'
import { apiVersionOf, events, namespaces, type Resource } from './resources.ts'
import type { Store } from './store.ts'
import { kept } from './versions.ts'

type Line = RecordOf['kubernetes/objects']

export type Script = {
  /** When the next recorded change happened, if it has by now. */
  nextAt(): Millis | undefined
  playNext(): void
  /** Takes the object and all that it owns off the script. */
  leave(object: StoredObject): void
  /**
   * Goes on with the cured story. What `afterCure` says of an object up to this moment counts from now on;
   * what only the broken story knew stays until it is deleted there. Past Events stay.
   */
  turn(at: Millis): void
}

export function openScript(cloud: Cloud, store: Store, catalogue: Catalogue): Script {
  const gone = new Set<string>() // uids and names (see `nameOf`) that are off the script
  const named = uidsByName(cloud)
  let lines: Line[] = []
  let next = 0
  let readUntil = -Infinity

  return {
    nextAt() {
      const now = cloud.now()
      if (next === lines.length && now > readUntil) {
        const from = readUntil
        lines = cloud.records('kubernetes/objects', from, now).filter(line => line.at > from)
        next = 0
        readUntil = now
      }
      return lines[next]?.at
    },
    playNext() {
      const line = lines[next++]
      if (line) play(line)
    },
    leave,
    turn(at) {
      lines = []
      next = 0
      readUntil = at
      const soFar = cloud.story.afterCure?.records['kubernetes/objects'].filter(line => line.at <= at) ?? []
      const last = new Map(soFar.map(line => [nameOf(line.object), line]))
      for (const line of last.values()) if (line.object.kind !== 'Event') play({ ...line, at })
    },
  }

  function play({ at, op, object }: Line): void {
    const shownAs = catalogue.of(object)
    if (!shownAs || passedOver(object)) return
    const resource = shownAs.kept ?? shownAs
    const namespace = resource.namespaced ? (object.metadata.namespace ?? 'default') : undefined
    if (op === 'delete') return void store.remove(resource, namespace, object.metadata.name)
    if (namespace !== undefined) ensureNamespace(store, namespace, at)
    const before = store.get(resource, namespace, object.metadata.name)
    const plain = withoutNulls(object)
    const completed = complete(resource, kept(shownAs, plain) as KubernetesObject, namespace, before, at)
    if (
      before &&
      sameJson({ ...completed, metadata: { ...completed.metadata, resourceVersion: '' } }, unversioned(before))
    )
      return
    store.put(resource, completed)
  }

  function passedOver(object: KubernetesObject): boolean {
    const owners = object.metadata.ownerReferences
    const about = object.kind === 'Event' ? (object.involvedObject ?? object.regarding) : undefined
    const off =
      gone.has(nameOf(object)) ||
      gone.has(object.metadata.uid ?? '') ||
      (Array.isArray(owners) && owners.some(owner => gone.has(owner.uid))) ||
      (isMap(about) && (gone.has(String(about.uid)) || gone.has(`${about.kind}/${about.namespace}/${about.name}`)))
    if (off && object.kind !== 'Event') {
      gone.add(nameOf(object))
      if (object.metadata.uid) gone.add(object.metadata.uid)
    }
    return off
  }

  function leave(object: StoredObject): void {
    const uid = object.metadata.uid
    if (gone.has(uid)) return
    gone.add(uid).add(nameOf(object))
    for (const resource of catalogue.all.filter(each => each.namespaced && !each.kept && each !== events))
      for (const owned of store.list(resource, object.metadata.namespace ?? ''))
        if (owned.metadata.ownerReferences?.some(owner => owner.uid === uid)) leave(owned)
  }

  /** The object with all that an API server and its controllers would have filled in. */
  function complete(
    resource: Resource,
    object: KubernetesObject,
    namespace: string | undefined,
    before: StoredObject | undefined,
    at: Millis,
  ): Draft {
    const { metadata } = object
    const uid = metadata.uid ?? before?.metadata.uid ?? named.get(nameOf(object)) ?? uidFor(`${nameOf(object)}/${at}`)
    const creationTimestamp = metadata.creationTimestamp ?? before?.metadata.creationTimestamp ?? stamp(at)
    const generation = resource.generation && (metadata.generation ?? generationAfter(resource, object, before))
    const filled = { ...object, apiVersion: apiVersionOf(resource) } as Draft
    filled.metadata = { ...metadata, namespace, uid, creationTimestamp: String(creationTimestamp) }
    if (typeof generation === 'number') filled.metadata.generation = generation
    if (scales(resource) && isMap(object.spec))
      filled.spec = { replicas: valueAt(object, 'status.replicas') ?? 1, ...object.spec }
    if (observed.has(resource.kind) && isMap(object.status))
      filled.status = { observedGeneration: generation, ...object.status }
    return filled
  }
}

function scales(resource: Resource): boolean {
  return resource.subresources?.includes('scale') ?? false
}

/** Kinds whose controllers say which generation they have seen. */
const observed = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'])

function generationAfter(resource: Resource, object: KubernetesObject, before: StoredObject | undefined): number {
  if (!before) return 1
  const { generation = 1 } = before.metadata
  const annotated = resource.generation === 'spec or annotations'
  const same =
    sameJson(object.spec, before.spec) &&
    (!annotated || sameJson(object.metadata.annotations, before.metadata.annotations))
  return same ? generation : generation + 1
}

function nameOf({ kind, metadata }: KubernetesObject | StoredObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`
}

/** Uids that owner references give to objects which themselves were recorded without one. */
function uidsByName(cloud: Cloud): Map<string, string> {
  const found = new Map<string, string>()
  for (const { object } of cloud.story.recording.records['kubernetes/objects']) {
    const owners = object.metadata.ownerReferences
    for (const owner of Array.isArray(owners) ? owners : [])
      if (owner.uid) found.set(`${owner.kind}/${object.metadata.namespace ?? ''}/${owner.name}`, owner.uid)
  }
  return found
}

/** A server has the namespaces of its objects, whether recorded or not. */
export function ensureNamespace(store: Store, name: string, at: Millis): void {
  if (store.get(namespaces, undefined, name)) return
  store.put(namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      uid: uidFor(`Namespace/${name}`),
      creationTimestamp: stamp(at),
      labels: { 'kubernetes.io/metadata.name': name },
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  })
}

function unversioned(object: StoredObject): StoredObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: '' } }
}
