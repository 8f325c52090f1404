// The same object in the two versions a server shows it in: Events of v1 and events.k8s.io/v1, autoscalers of v2 and v1.
// The first of each pair is kept; what the other cannot say is left out.
import { isMap, valueAt, type JsonMap } from './json.ts'
import type { StoredObject } from './objects.ts'
import { apiVersionOf, type Resource } from './resources.ts'

/** A kept object as `resource` shows it. */
export function shown(resource: Resource, object: StoredObject): StoredObject {
  if (!resource.kept) return object
  const { apiVersion: _version, kind, metadata, ...rest } = object
  return { apiVersion: apiVersionOf(resource), kind, metadata, ...(toOther[kind]?.(rest) ?? rest) }
}

/** An object written through `resource` as it is kept; JSON in, JSON out. */
export function kept(resource: Resource, object: JsonMap): JsonMap {
  if (!resource.kept) return object
  const { apiVersion: _version, kind, metadata, ...rest } = object
  return { apiVersion: apiVersionOf(resource.kept), kind, metadata, ...(fromOther[resource.kind]?.(rest) ?? rest) }
}

/** Versions of a custom kind are all read and written alike. */
const toOther: Record<string, (body: JsonMap) => JsonMap> = {
  Event: toNewEvent,
  HorizontalPodAutoscaler: toV1Autoscaler,
}
const fromOther: typeof toOther = { Event: fromNewEvent, HorizontalPodAutoscaler: fromV1Autoscaler }

function toNewEvent(event: JsonMap): JsonMap {
  const { involvedObject, message, source, firstTimestamp, lastTimestamp, count, reportingComponent, ...rest } = event
  return {
    ...rest,
    eventTime: event.eventTime ?? null,
    reportingController: reportingComponent || valueAt(source, 'component'),
    regarding: involvedObject,
    note: message,
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedCount: count,
  }
}

function fromNewEvent(event: JsonMap): JsonMap {
  const { regarding, note, reportingController, deprecatedSource, deprecatedCount, ...other } = event
  const { deprecatedFirstTimestamp, deprecatedLastTimestamp, ...rest } = other
  return {
    ...rest,
    involvedObject: regarding,
    message: note,
    source: deprecatedSource ?? {},
    firstTimestamp: deprecatedFirstTimestamp ?? null,
    lastTimestamp: deprecatedLastTimestamp ?? null,
    count: deprecatedCount,
    reportingComponent: reportingController,
  }
}

function toV1Autoscaler({ spec, status, ...rest }: JsonMap): JsonMap {
  const { metrics, behavior: _behavior, ...target } = isMap(spec) ? spec : {}
  const cpu = (Array.isArray(metrics) ? metrics : []).find(metric => valueAt(metric, 'resource.name') === 'cpu')
  const percentage = valueAt(cpu, 'resource.target.averageUtilization')
  const { currentReplicas, desiredReplicas, lastScaleTime, observedGeneration } = isMap(status) ? status : {}
  return {
    ...rest,
    spec: { ...target, targetCPUUtilizationPercentage: percentage },
    status: { currentReplicas, desiredReplicas, lastScaleTime, observedGeneration },
  }
}

function fromV1Autoscaler({ spec, ...rest }: JsonMap): JsonMap {
  const { targetCPUUtilizationPercentage: averageUtilization, ...target } = isMap(spec) ? spec : {}
  if (averageUtilization === undefined) return { ...rest, spec: target }
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }
  return { ...rest, spec: { ...target, metrics: [cpu] } }
}
