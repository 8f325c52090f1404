// What the controllers share: the objects, the agenda, the story they play in, and the Events they leave behind.
import type { Millis } from '../recording.ts'
import type { Story } from '../story.ts'
import type { Agenda } from './agenda.ts'
import type { Logs } from './logs.ts'
import { lettersFor, uidFor } from './names.ts'
import { ownerUid, stamp, type Naming, type StoredObject } from './objects.ts'
import { apiVersionOf, events, type Resource } from './resources.ts'
import type { Store } from './store.ts'

export type ControlPlane = {
  store: Store
  agenda: Agenda
  story: Story
  /** By uid of a DaemonSet: the nodes that it has had pods on. */
  daemonNodes: Map<string, Set<string>>
  /** A line a container writes. */
  log: Logs['write']
  /** Says that something a workload has to answer for has changed: it will be reconciled at that moment. */
  touch(uid: string | undefined, at: Millis): void
  /** A rollout has just completed. */
  completed(workload: StoredObject, at: Millis): void
}

/** The objects in the owner's namespace that it controls. */
export function owned<T extends StoredObject>(plane: ControlPlane, resource: Resource, owner: StoredObject): T[] {
  const inNamespace = plane.store.list(resource, owner.metadata.namespace ?? '')
  return inNamespace.filter(object => ownerUid(object) === owner.metadata.uid) as T[]
}

/** Puts a changed object; the same content again changes nothing, as with a real server. */
export function update<T extends StoredObject>(plane: ControlPlane, resource: Resource, object: T): T {
  return plane.store.put(resource, object) as T
}

/** A new object, with the metadata that a server gives at creation. */
export function create<T extends StoredObject>(
  plane: ControlPlane,
  resource: Resource,
  draft: { metadata: Naming; [field: string]: unknown },
  at: Millis,
): T {
  const { name, namespace } = draft.metadata
  const uid = uidFor(`${resource.name}/${namespace}/${name}/${at}/${plane.store.version()}`)
  const generation = resource.generation && { generation: 1 }
  const metadata = { ...draft.metadata, uid, creationTimestamp: stamp(at), ...generation }
  return plane.store.put(resource, { ...draft, apiVersion: apiVersionOf(resource), kind: resource.kind, metadata }) as T
}

export type Announcement = {
  type?: 'Normal' | 'Warning'
  reason: string
  message: string
  component: string
  fieldPath?: string
}

/** Leaves an Event about an object; the same one again raises its count, as the recorder of client-go does. */
export function announce(plane: ControlPlane, about: StoredObject, what: Announcement, at: Millis): void {
  const { apiVersion, kind, metadata } = about
  const namespace = metadata.namespace ?? 'default'
  const name = `${metadata.name}.${lettersFor(`${metadata.uid}/${what.reason}/${what.message}`, 16)}`
  const before = plane.store.get(events, namespace, name)
  if (before) {
    const count = Number(before.count ?? 1) + 1
    plane.store.put(events, { ...before, count, lastTimestamp: stamp(at) })
    return
  }
  const { type = 'Normal', reason, message, component, fieldPath } = what
  const { uid, resourceVersion } = metadata
  create(
    plane,
    events,
    {
      metadata: { name, namespace },
      involvedObject: { apiVersion, kind, namespace, name: metadata.name, uid, resourceVersion, fieldPath },
      type,
      reason,
      message,
      source: { component },
      firstTimestamp: stamp(at),
      lastTimestamp: stamp(at),
      count: 1,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: '',
    },
    at,
  )
}
