// What Kubernetes objects of the shop have in common: identity, labels, owners, conditions, stamps.
import type { KubernetesObject, Millis, RecordOf } from '../recording.ts'
import { randomOf, uuid } from './random.ts'
import { namespace, nodes } from './services.ts'

export type ObjectRecord = RecordOf['kubernetes/objects']

export function apply(at: Millis, object: KubernetesObject): ObjectRecord {
  return { at, op: 'apply', object }
}

export function remove(at: Millis, object: KubernetesObject): ObjectRecord {
  return { at, op: 'delete', object }
}

export function identity(kind: string, name: string, createdAt: Millis) {
  return { name, namespace, uid: uidOf(kind, name), creationTimestamp: stamp(createdAt) }
}

export function owner(apiVersion: string, kind: string, name: string) {
  return { apiVersion, kind, name, uid: uidOf(kind, name), controller: true, blockOwnerDeletion: true }
}

export function labelsOf(app: string): Record<string, string> {
  return { app, 'app.kubernetes.io/name': app, 'app.kubernetes.io/part-of': namespace }
}

export function condition(type: string, holds: boolean, reason: string, message: string, at: Millis) {
  const changed = { lastUpdateTime: stamp(at), lastTransitionTime: stamp(at) }
  return { type, status: holds ? 'True' : 'False', reason, message, ...changed }
}

/** Of objects that are told from their kind and name alone, the same in every chapter. */
export function uidOf(kind: string, name: string): string {
  return uuid(randomOf(0, `uid of ${kind} ${name}`))
}

export function stamp(at: Millis): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

export function hostIp(nodeName: string): string {
  return `10.0.0.${10 + nodes.indexOf(nodeName as (typeof nodes)[number])}`
}
