// Objects that bound or scale workloads: autoscalers, disruption budgets, quotas, limit ranges, network policies, ingresses,
// config maps and secrets.
import type { Labels, Quantities, Thing } from './kinds.ts'
import { condition } from './settle.ts'
import { add, DAY, digest, metadataOf, MINUTE, stamp, type World } from './world.ts'
import type { Workload } from './workload.ts'

export function autoscaler(
  world: World,
  { object, text }: Workload,
  {
    least,
    most,
    current,
    target = 70,
    usage = 45,
  }: { least: number; most: number; current: number; target?: number; usage?: number },
): Thing {
  const { namespace, name } = text
  const at = world.at - 30 * DAY
  const limited =
    usage > target ? ['TooManyReplicas', 'the desired replica count is more than the maximum replica count'] : undefined
  return add(world, {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadataOf(world, 'HorizontalPodAutoscaler', namespace, name, {
      created: at,
      labels: object.metadata.labels,
    }),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: object.kind, name },
      minReplicas: least,
      maxReplicas: most,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } } },
      ],
    },
    status: {
      currentReplicas: current,
      desiredReplicas: current,
      lastScaleTime: stamp(world.at - 48 * MINUTE),
      currentMetrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', current: { averageUtilization: usage, averageValue: `${usage}m` } },
        },
      ],
      conditions: [
        condition('AbleToScale', true, 'ReadyForNewScale', 'recommended size matches current size', at),
        condition(
          'ScalingActive',
          true,
          'ValidMetricFound',
          'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
          at,
        ),
        limited
          ? condition('ScalingLimited', true, limited[0] ?? '', limited[1] ?? '', world.at - 40 * MINUTE)
          : condition(
              'ScalingLimited',
              false,
              'DesiredWithinRange',
              'the desired count is within the acceptable range',
              at,
            ),
      ],
    },
  })
}

export function budget(
  world: World,
  { text: { namespace, name, labels } }: Workload,
  allowed: { minAvailable: number } | { maxUnavailable: number },
): Thing {
  return add(world, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(world, 'PodDisruptionBudget', namespace, name, { created: world.at - 30 * DAY, labels }),
    spec: { selector: { matchLabels: labels }, ...allowed },
  })
}

export function quota(world: World, namespace: string, name: string, hard: Quantities, used: Quantities): Thing {
  return add(world, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: metadataOf(world, 'ResourceQuota', namespace, name, { created: world.at - 25 * DAY }),
    spec: { hard },
    status: { hard, used },
  })
}

export function limitRange(
  world: World,
  namespace: string,
  name: string,
  limits: Record<string, unknown>,
  ageDays = 50,
): Thing {
  return add(world, {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: metadataOf(world, 'LimitRange', namespace, name, { created: world.at - ageDays * DAY }),
    spec: { limits: [{ type: 'Container', ...limits }] },
  })
}

export function networkPolicy(
  world: World,
  namespace: string,
  name: string,
  spec: { podSelector: { matchLabels?: Labels }; policyTypes: string[]; ingress?: unknown[]; egress?: unknown[] },
  created = world.at - 35 * DAY,
): Thing {
  return add(world, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { ...metadataOf(world, 'NetworkPolicy', namespace, name, { created }), generation: 1 },
    spec,
  })
}

export function ingress(
  world: World,
  namespace: string,
  name: string,
  {
    host,
    backend,
    port,
    tlsSecret,
    className = 'nginx',
  }: { host: string; backend: string; port: number; tlsSecret?: string; className?: string },
): Thing {
  add(world, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: metadataOf(world, 'IngressClass', undefined, className, { created: world.at - 90 * DAY }),
    spec: { controller: `${className}.example/ingress-controller` },
  })
  return add(world, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: metadataOf(world, 'Ingress', namespace, name, { created: world.at - 60 * DAY }),
    spec: {
      ingressClassName: className,
      ...(tlsSecret !== undefined && { tls: [{ hosts: [host], secretName: tlsSecret }] }),
      rules: [
        {
          host,
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: backend, port: { number: port } } } }],
          },
        },
      ],
    },
    status: { loadBalancer: { ingress: [{ hostname: `${digest(host).slice(0, 12)}.lb.cloud.example` }] } },
  })
}

export function configMap(
  world: World,
  namespace: string,
  name: string,
  data: Labels,
  changed = world.at - 30 * DAY,
): Thing {
  const base = metadataOf(world, 'ConfigMap', namespace, name, { created: world.at - 60 * DAY })
  return add(world, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      ...base,
      managedFields: [
        { manager: 'kubectl-client-side-apply', operation: 'Update', apiVersion: 'v1', time: stamp(changed) },
      ],
    },
    data,
  })
}

/** Values are redacted here as a reader without rights sees them: keys only matter. */
export function secret(
  world: World,
  namespace: string,
  name: string,
  keys: string[],
  type = 'Opaque',
  changed = world.at - 45 * DAY,
): Thing {
  const base = metadataOf(world, 'Secret', namespace, name, { created: world.at - 60 * DAY })
  return add(world, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...base,
      managedFields: [{ manager: 'kubectl-create', operation: 'Update', apiVersion: 'v1', time: stamp(changed) }],
    },
    type,
    data: Object.fromEntries(keys.map(key => [key, Buffer.from(`${name}/${key}`).toString('base64')])),
  })
}
