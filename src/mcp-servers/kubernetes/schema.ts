// Settings of this room, and the Kubernetes objects it reads: of each only the fields something here uses. Times become
// epoch milliseconds here; in Go's JSON null means absent, and so it does after this door.
import { z } from 'zod'
import type { Millis } from '#incident/signal.ts'

export const kubernetesSettings = z.strictObject({
  cluster: z.string().min(1).max(100).optional().describe('name shown on cards, for those who run several'),
  kubeconfig: z
    .string()
    .min(1)
    .optional()
    .describe('path of a kubeconfig; absent: KUBECONFIG, ~/.kube/config, or the account of the pod this runs in'),
  context: z.string().min(1).optional().describe('context of the kubeconfig; absent: its current one'),
})
/** By which the API server keeps our writes apart from everybody else's. */
export const FIELD_MANAGER = 'incident-orchestrator'

export type KubernetesSettings = z.output<typeof kubernetesSettings>

function absent<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform(value => value ?? undefined)
}

function list<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform(items => items ?? [])
}

const text = absent(z.string())
const number = absent(z.number())
const flag = absent(z.boolean())
const strings = z
  .record(z.string(), z.string())
  .nullish()
  .transform(map => map ?? {})
const moment = z
  .string()
  .nullish()
  .transform((stamp): Millis | undefined => {
    const at = stamp ? Date.parse(stamp) : Number.NaN
    return Number.isNaN(at) ? undefined : at
  })
const port = absent(z.union([z.number(), z.string()]))

const metadata = z.object({
  name: z.string(),
  namespace: text,
  uid: z
    .string()
    .nullish()
    .transform(uid => uid ?? ''),
  generation: number,
  creationTimestamp: moment,
  deletionTimestamp: moment,
  labels: strings,
  annotations: strings,
  ownerReferences: list(z.object({ kind: z.string(), name: z.string(), uid: text, controller: flag })),
})

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: text,
  message: text,
  lastTransitionTime: moment,
  lastUpdateTime: moment,
})

const probe = absent(
  z.object({
    httpGet: absent(z.object({ port })),
    tcpSocket: absent(z.object({ port })),
    grpc: absent(z.object({ port })),
  }),
)

const container = z.object({
  name: z.string(),
  image: text,
  command: list(z.string()),
  args: list(z.string()),
  ports: list(z.object({ name: text, containerPort: number, protocol: text })),
  env: list(z.object({ name: z.string(), value: text })),
  resources: absent(z.object({ requests: strings, limits: strings })),
  restartPolicy: text, // of an init container: Always makes it a sidecar
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
})
export type Container = z.output<typeof container>

const podSpec = absent(
  z.object({
    nodeName: text,
    containers: list(container),
    initContainers: list(container),
    overhead: strings,
    volumes: list(z.object({ name: z.string(), persistentVolumeClaim: absent(z.object({ claimName: z.string() })) })),
  }),
)

const template = absent(
  z.object({
    metadata: absent(z.object({ labels: strings, annotations: strings })),
    spec: podSpec,
  }),
)
export type Template = z.output<typeof template>

const terminated = absent(z.object({ exitCode: number, reason: text, finishedAt: moment, startedAt: moment }))
const containerStatus = z.object({
  name: z.string(),
  ready: flag,
  restartCount: number,
  state: absent(
    z.object({
      waiting: absent(z.object({ reason: text, message: text })),
      running: absent(z.object({ startedAt: moment })),
      terminated,
    }),
  ),
  lastState: absent(z.object({ terminated })),
})
export type ContainerStatus = z.output<typeof containerStatus>

export const podSchema = z.object({
  metadata,
  spec: podSpec,
  status: absent(
    z.object({
      phase: text,
      reason: text,
      startTime: moment,
      conditions: list(condition),
      containerStatuses: list(containerStatus),
      initContainerStatuses: list(containerStatus),
    }),
  ),
})
export type Pod = z.output<typeof podSchema>

const labelSelector = absent(
  z.object({
    matchLabels: strings,
    matchExpressions: list(z.object({ key: z.string(), operator: z.string(), values: list(z.string()) })),
  }),
)

export type LabelSelector = z.output<typeof labelSelector>

/** Deployment, ReplicaSet, StatefulSet and DaemonSet: the fields of one that another lacks are absent. */
export const workloadSchema = z.object({
  metadata: metadata.extend({ managedFields: list(z.object({ manager: text, time: moment })) }),
  spec: absent(
    z.object({
      replicas: number,
      paused: flag,
      selector: labelSelector,
      template,
      updateStrategy: absent(z.object({ type: text })),
    }),
  ),
  status: absent(
    z.object({
      observedGeneration: number,
      replicas: number,
      updatedReplicas: number,
      readyReplicas: number,
      availableReplicas: number,
      currentRevision: text,
      updateRevision: text,
      desiredNumberScheduled: number,
      updatedNumberScheduled: number,
      numberAvailable: number,
      conditions: list(condition),
    }),
  ),
})
export type WorkloadObject = z.output<typeof workloadSchema>
export type ReplicaSet = WorkloadObject

/** What a StatefulSet or DaemonSet ran; ReplicaSets are a Deployment's. */
export const controllerRevisionSchema = z.object({
  metadata,
  revision: z.number(),
  data: absent(z.object({ spec: absent(z.object({ template })) })),
})
export type ControllerRevision = z.output<typeof controllerRevisionSchema>

export const WORKLOAD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number]
/** Lists leave out the kind of their items; here it stands again. */
export type Workload = WorkloadObject & { kind: WorkloadKind }

export const serviceSchema = z.object({
  metadata,
  spec: absent(
    z.object({
      selector: strings,
      ports: list(z.object({ name: text, port: number, targetPort: port, protocol: text })),
    }),
  ),
})
export type Service = z.output<typeof serviceSchema>

export const nodeSchema = z.object({
  metadata,
  spec: absent(
    z.object({ unschedulable: flag, taints: list(z.object({ key: z.string(), value: text, effect: text })) }),
  ),
  status: absent(
    z.object({
      conditions: list(condition),
      capacity: strings,
      allocatable: strings,
      nodeInfo: absent(z.object({ kubeletVersion: text })),
    }),
  ),
})
export type Node = z.output<typeof nodeSchema>

export const namespaceSchema = z.object({ metadata, status: absent(z.object({ phase: text })) })

export const eventSchema = z
  .object({
    metadata,
    involvedObject: z.object({ kind: text, namespace: text, name: text, uid: text }),
    type: text,
    reason: text,
    message: text,
    count: number,
    firstTimestamp: moment,
    lastTimestamp: moment,
    eventTime: moment,
    series: absent(z.object({ count: number, lastObservedTime: moment })),
  })
  .transform(({ series, eventTime, firstTimestamp, lastTimestamp, count, ...event }) => {
    const first = firstTimestamp ?? eventTime ?? event.metadata.creationTimestamp ?? lastTimestamp ?? 0
    const last = Math.max(series?.lastObservedTime ?? 0, lastTimestamp ?? 0) || first
    return { ...event, first, last, count: series?.count ?? count ?? 1 }
  })
/** `first` and `last` are when it was seen, whichever of the five stamps an event has. */
export type KubernetesEvent = z.output<typeof eventSchema>

export const claimSchema = z.object({ metadata, status: absent(z.object({ phase: text })) })
export type Claim = z.output<typeof claimSchema>

export const quotaSchema = z.object({ metadata, status: absent(z.object({ hard: strings, used: strings })) })
export type Quota = z.output<typeof quotaSchema>

const scaleTarget = z.object({ kind: z.string(), name: z.string() })
export const autoscalerSchema = z.object({
  metadata,
  spec: absent(z.object({ scaleTargetRef: absent(scaleTarget), minReplicas: number, maxReplicas: number })),
  status: absent(z.object({ currentReplicas: number, desiredReplicas: number, conditions: list(condition) })),
})
export type Autoscaler = z.output<typeof autoscalerSchema>

export const disruptionBudgetSchema = z.object({
  metadata,
  spec: absent(z.object({ selector: labelSelector })),
  status: absent(z.object({ disruptionsAllowed: number })),
})
export type DisruptionBudget = z.output<typeof disruptionBudgetSchema>

export const podMetricsSchema = z.object({
  metadata,
  timestamp: moment,
  containers: list(z.object({ name: z.string(), usage: absent(z.object({ cpu: text, memory: text })) })),
})
export type PodMetrics = z.output<typeof podMetricsSchema>

export const nodeMetricsSchema = z.object({
  metadata,
  timestamp: moment,
  usage: absent(z.object({ cpu: text, memory: text })),
})
export type NodeMetrics = z.output<typeof nodeMetricsSchema>

/** A page of a list; `items` are checked one by one, so that one odd object does not hide the others. */
export const listSchema = z.object({
  metadata: absent(z.object({ continue: text, resourceVersion: text })),
  items: z
    .array(z.unknown())
    .nullish()
    .transform(items => items ?? []),
})

/** A line of a watch; `object` is checked as what its list holds, an ERROR's as a Status. */
export const watchLineSchema = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
})

/** As much of any object as tells it from others and says when it was. */
export const placedSchema = z.object({
  metadata: z.object({ name: text, namespace: text, resourceVersion: z.string() }),
})

/** An object of any kind, as its JSON says. */
export const objectSchema = z.record(z.string(), z.json())

export const objectsSchema = z.object({ metadata: absent(z.object({ continue: text })), items: list(objectSchema) })

/** A list in the columns that kubectl prints; `priority` above 0 is what only `-o wide` shows. */
export const tableSchema = z.object({
  metadata: absent(z.object({ continue: text })),
  columnDefinitions: list(z.object({ name: z.string(), priority: z.number().default(0) })),
  rows: list(
    z.object({
      cells: z.array(z.json()),
      object: absent(z.object({ metadata: absent(z.object({ namespace: text })) })),
    }),
  ),
})

/** A Status, whatever content type it came with; `kind` is not always there. */
export const statusSchema = z.object({
  code: number,
  reason: text,
  message: text, // third-party text: looked into, never shown
  metadata: absent(z.object({ continue: text })),
  details: absent(
    z.object({
      name: text,
      retryAfterSeconds: number,
      causes: list(z.object({ reason: text, field: text })),
    }),
  ),
})
export type Status = z.output<typeof statusSchema>

export const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) })
