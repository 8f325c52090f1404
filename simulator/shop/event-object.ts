// Events about objects, as controllers and kubelets leave them.
import { createHash } from 'node:crypto'
import type { KubernetesObject, Millis } from '../recording.ts'
import { apply, identity, stamp, type ObjectRecord } from './object-parts.ts'

/** The same event again has the same name: give the later record a higher `count`. */
export function event(
  at: Millis,
  about: KubernetesObject,
  what: {
    type?: 'Normal' | 'Warning'
    reason: string
    message: string
    component: string
    count?: number
    first?: Millis
  },
): ObjectRecord {
  const { type = 'Normal', reason, message, component, count = 1, first = at } = what
  const { name, uid } = about.metadata
  const suffix = createHash('md5').update(`${uid} ${reason} ${message} ${first}`).digest('hex').slice(0, 16)
  return apply(at, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: identity('Event', `${name}.${suffix}`, first),
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, namespace: about.metadata.namespace, name, uid },
    type,
    reason,
    message,
    count,
    firstTimestamp: stamp(first),
    lastTimestamp: stamp(at),
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
    eventTime: null,
  })
}
