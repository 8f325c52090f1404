// The Kubernetes objects this room reads beside pods (pod-schema.ts): of each only the fields something here uses.
import { z } from 'zod'
import { absent, condition, flag, list, metadata, moment, number, port, strings, text, timeOf } from './fields.ts'
import { template } from './pod-schema.ts'

const labelSelector = absent(
  z.object({
    matchLabels: strings,
    matchExpressions: list(z.object({ key: z.string(), operator: z.string(), values: list(z.string()) })),
  }),
)

export type LabelSelector = z.output<typeof labelSelector>

const managed = metadata.extend({ managedFields: list(z.object({ manager: text, time: moment })) })

/** Never what is in it. */
export const configMapSchema = z.object({ metadata: managed })
export type ConfigMap = z.output<typeof configMapSchema>

/** Deployment, ReplicaSet, StatefulSet and DaemonSet: the fields of one that another lacks are absent. */
export const workloadSchema = z.object({
  metadata: managed,
  spec: absent(
    z.object({
      replicas: number,
      paused: flag,
      selector: labelSelector,
      template,
      serviceName: text,
      updateStrategy: absent(z.object({ type: text, rollingUpdate: absent(z.object({ partition: number })) })),
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

/** Where a balancer answers for it; empty until there is one. */
const balancer = absent(
  z.object({ loadBalancer: absent(z.object({ ingress: list(z.object({ ip: text, hostname: text })) })) }),
)

export const serviceSchema = z.object({
  metadata,
  spec: absent(
    z.object({
      type: text,
      clusterIP: text,
      externalName: text,
      loadBalancerClass: text,
      selector: strings,
      ports: list(z.object({ name: text, port: number, targetPort: port, protocol: text })),
    }),
  ),
  status: balancer,
})
export type Service = z.output<typeof serviceSchema>

export const nodeSchema = z.object({
  metadata,
  spec: absent(
    z.object({
      unschedulable: flag,
      taints: list(z.object({ key: z.string(), value: text, effect: text, timeAdded: moment })),
    }),
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

export const namespaceSchema = z.object({
  metadata,
  status: absent(z.object({ phase: text, conditions: list(condition) })),
})
export type Namespace = z.output<typeof namespaceSchema>

export const eventSchema = z
  .object({
    metadata: z.object({ name: z.string(), namespace: text, uid: text, creationTimestamp: text }),
    involvedObject: z.object({ kind: text, namespace: text, name: text, uid: text }),
    type: text,
    reason: text,
    message: text,
    count: number,
    firstTimestamp: text,
    lastTimestamp: text,
    eventTime: text,
    series: absent(z.object({ count: number, lastObservedTime: text })),
  })
  .transform(
    ({
      metadata: { name, namespace, uid, creationTimestamp },
      involvedObject: object,
      series,
      eventTime,
      firstTimestamp,
      lastTimestamp,
      ...event
    }) => {
      const latest = timeOf(lastTimestamp)
      const first = timeOf(firstTimestamp) ?? timeOf(eventTime) ?? timeOf(creationTimestamp) ?? latest ?? 0
      return {
        metadata: { name, namespace: namespace ?? undefined, uid: uid ?? '' },
        involvedObject: {
          kind: object.kind ?? undefined,
          namespace: object.namespace ?? undefined,
          name: object.name ?? undefined,
          uid: object.uid ?? undefined,
        },
        type: event.type ?? undefined,
        reason: event.reason ?? undefined,
        message: event.message ?? undefined,
        first,
        last: Math.max(timeOf(series?.lastObservedTime) ?? 0, latest ?? 0) || first,
        count: series?.count ?? event.count ?? 1,
      }
    },
  )
/** `first` and `last` are when it was seen, whichever of the five stamps an event has. */
export type KubernetesEvent = z.output<typeof eventSchema>

export const claimSchema = z.object({
  metadata,
  spec: absent(z.object({ storageClassName: text, volumeName: text })),
  status: absent(z.object({ phase: text })),
})
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
  status: absent(z.object({ disruptionsAllowed: number, desiredHealthy: number, expectedPods: number })),
})
export type DisruptionBudget = z.output<typeof disruptionBudgetSchema>

export const jobSchema = z.object({
  metadata,
  spec: absent(z.object({ suspend: flag })),
  status: absent(z.object({ active: number, succeeded: number, failed: number, conditions: list(condition) })),
})
export type Job = z.output<typeof jobSchema>

const backend = absent(
  z.object({
    service: absent(z.object({ name: z.string(), port: absent(z.object({ number: number, name: text })) })),
  }),
)
export const ingressSchema = z.object({
  metadata,
  status: balancer,
  spec: absent(
    z.object({
      ingressClassName: text,
      defaultBackend: backend,
      tls: list(z.object({ hosts: list(z.string()), secretName: text })),
      rules: list(z.object({ host: text, http: absent(z.object({ paths: list(z.object({ path: text, backend })) })) })),
    }),
  ),
})
export type Ingress = z.output<typeof ingressSchema>

export const ingressClassSchema = z.object({ metadata, spec: absent(z.object({ controller: text })) })
export type IngressClass = z.output<typeof ingressClassSchema>

const serviceName = absent(z.object({ namespace: text, name: z.string() }))

/** Validating and mutating ones read alike. */
export const webhookConfigurationSchema = z.object({
  metadata,
  webhooks: list(
    z.object({ name: z.string(), failurePolicy: text, clientConfig: absent(z.object({ service: serviceName })) }),
  ),
})
export const WEBHOOK_KINDS = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'] as const
/** Lists leave out the kind of their items; here it stands again. */
export type WebhookConfiguration = z.output<typeof webhookConfigurationSchema> & {
  kind: (typeof WEBHOOK_KINDS)[number]
}

export const apiServiceSchema = z.object({
  metadata,
  spec: absent(z.object({ service: serviceName })),
  status: absent(z.object({ conditions: list(condition) })),
})
export type ApiService = z.output<typeof apiServiceSchema>

/** Of any custom kind: what stands in it only its own operator knows, and conditions are a custom, not a rule. */
export const customSchema = z.object({ metadata, spec: absent(z.unknown()), status: absent(z.unknown()) })
const conditions = z.object({ conditions: list(condition) })
export const customStatusSchema = z.object({
  conditions: list(condition),
  parents: list(conditions), // of routes of the Gateway API
  listeners: list(conditions), // of its gateways
  ancestors: list(conditions), // of its policies
})
export type Condition = z.output<typeof condition>

const ipBlock = absent(z.object({ cidr: z.string(), except: list(z.string()) }))
const peer = z.object({ podSelector: labelSelector, namespaceSelector: labelSelector, ipBlock })
const policyPorts = list(z.object({ port, endPort: number }))
export const networkPolicySchema = z.object({
  metadata,
  spec: absent(
    z.object({
      podSelector: labelSelector,
      policyTypes: list(z.string()),
      ingress: list(z.object({ from: list(peer), ports: policyPorts })),
      egress: list(z.object({ to: list(peer), ports: policyPorts })),
    }),
  ),
})
export type NetworkPolicy = z.output<typeof networkPolicySchema>
export type PolicyPeer = z.output<typeof peer>
export type PolicyPort = z.output<typeof policyPorts>[number]

export const podMetricsSchema = z.object({
  metadata: metadata.pick({ name: true, namespace: true }),
  timestamp: moment,
  containers: list(z.object({ name: z.string(), usage: absent(z.object({ cpu: text, memory: text })) })),
})
export type PodMetrics = z.output<typeof podMetricsSchema>

export const nodeMetricsSchema = z.object({
  metadata: metadata.pick({ name: true, namespace: true }),
  timestamp: moment,
  usage: absent(z.object({ cpu: text, memory: text })),
})
export type NodeMetrics = z.output<typeof nodeMetricsSchema>
