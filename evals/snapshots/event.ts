// Events about objects, as their components write them: the scheduler through events.k8s.io with a series, everyone else
// with counts and stamps. An API server forgets an event an hour after it was last seen.
import type { KubernetesObject, Millis } from '../../simulator/recording.ts'
import type { Thing } from './kinds.ts'
import { DAY, digest, metadataOf, microStamp, stamp, type World } from './world.ts'

export type EventText = {
  type?: 'Normal' | 'Warning'
  reason: string
  message: string
  component: string
  host?: string
  /** When it was last seen; `first` where it has been seen before. */
  at: Millis
  first?: Millis
  count?: number
  /** e.g. `spec.containers{web}` */
  field?: string
}

export function event(world: World, about: Thing, text: EventText): void {
  const { at, first = at, count = 1, component } = text
  const namespace = about.metadata.namespace ?? 'default'
  const mark = digest(`${about.metadata.uid} ${text.reason} ${text.message} ${first} ${component}`).slice(0, 16)
  const {
    labels: _labels,
    annotations: _annotations,
    ...identity
  } = metadataOf(world, 'Event', namespace, `${about.metadata.name}.${mark}`, { created: first })
  const modern = component === 'default-scheduler'
  const series = count > 1 ? { series: { count, lastObservedTime: microStamp(at) } } : {}
  const seen: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: identity,
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      ...(about.metadata.namespace !== undefined && { namespace }),
      name: about.metadata.name,
      uid: about.kind === 'Node' ? about.metadata.name : about.metadata.uid,
      ...(text.field !== undefined && { fieldPath: text.field }),
    },
    type: text.type ?? 'Normal',
    reason: text.reason,
    message: text.message,
    ...(modern
      ? { eventTime: microStamp(first), ...series, action: actionOf(text.reason), source: {} }
      : {
          eventTime: null,
          count,
          firstTimestamp: stamp(first),
          lastTimestamp: stamp(at),
          source: { component, ...(text.host !== undefined && { host: text.host }) },
        }),
    reportingComponent: component,
    reportingInstance: text.host ?? (modern ? `${component}-${mark.slice(0, 6)}` : ''),
  }
  world.events.push(seen)
}

export function warning(world: World, about: Thing, text: Omit<EventText, 'type'>): void {
  event(world, about, { ...text, type: 'Warning' })
}

/** Whether an API server would still have it: an hour is what it keeps them unless told otherwise. */
export function isKept(world: World, seen: KubernetesObject, keep: Millis = DAY / 24): boolean {
  const { lastTimestamp, eventTime, series } = seen as { [field: string]: unknown }
  const last = (series as { lastObservedTime?: string } | undefined)?.lastObservedTime ?? lastTimestamp ?? eventTime
  return world.at - Date.parse(String(last)) < keep
}

function actionOf(reason: string): string {
  if (reason === 'Preempted') return 'Preempting'
  return reason === 'Scheduled' ? 'Binding' : 'Scheduling'
}
