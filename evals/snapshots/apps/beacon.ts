// A telemetry stack on a company's own cluster, masters in plain sight: an operator that makes collectors from custom
// resources, DaemonSets on every node, stores as StatefulSets, Linkerd in some pods, labels `k8s-app`.
import { install, type Application } from '../application.ts'
import { addStorageClass } from '../claim.ts'
import { initOf, proxyOf } from '../mesh.ts'
import { node } from '../node.ts'
import { autoscaler, budget, configMap, ingress, networkPolicy, secret } from '../policy.ts'
import { condition } from '../settle.ts'
import { installMaster, installSystem } from '../system.ts'
import { add, DAY, emptyWorld, metadataOf } from '../world.ts'
import { validatingWebhook } from './ledgerly.ts'

const SIGHT = 'observability'
const OPERATOR = 'beacon-operator'
const REGISTRY = 'registry.corp.example/beacon'
const VERSION = 'v1.29.14+rke2r1'

export function beacon(seed: string): Application {
  const world = emptyWorld(`beacon/${seed}`)
  const app: Application = {
    name: 'beacon',
    world,
    workloads: [],
    namespaces: [SIGHT, OPERATOR],
    storageClasses: ['longhorn', 'nfs-archive'],
    registry: REGISTRY,
    outside: [{ caller: 'pager', variable: 'PAGE_URL', address: 'https://events.pagehub.example/v2/enqueue' }],
    masters: ['rack1-m01'],
  }
  const os = 'SUSE Linux Enterprise Server 15 SP6'
  const base = { region: 'fra', version: VERSION, os }
  const master = node(world, {
    ...base,
    name: 'rack1-m01',
    zone: 'rack1',
    capacity: { cpu: '8', memory: '16Gi' },
    labels: { 'node-role.kubernetes.io/control-plane': 'true', 'node-role.kubernetes.io/etcd': 'true' },
    taints: [{ key: 'node-role.kubernetes.io/control-plane', value: 'true', effect: 'NoSchedule' }],
  })
  for (const [name, zone] of [
    ['rack1-w01', 'rack1'],
    ['rack2-w02', 'rack2'],
    ['rack2-w03', 'rack2'],
    ['rack3-w04', 'rack3'],
  ] as const)
    node(world, { ...base, name, zone, capacity: { cpu: '12', memory: '48Gi' } })
  installMaster(world, master, 'v1.29.14')
  addStorageClass(world, 'longhorn', 'driver.longhorn.io', { standard: true, binding: 'Immediate' })
  addStorageClass(world, 'nfs-archive', 'nfs.csi.k8s.io', { binding: 'Immediate' })
  installSystem(app, 'v1.29.14', { name: 'cilium', image: 'quay.io/cilium/cilium:v1.16.8' })

  const label = (name: string) => ({ labels: { 'k8s-app': name }, more: { tier: 'telemetry' } })
  install(app, {
    namespace: OPERATOR,
    name: 'collector-operator',
    ...label('collector-operator'),
    image: `${REGISTRY}/collector-operator:0.119.0`,
    language: 'go',
    ports: { webhook: 9443, metrics: 8443 },
    service: { name: 'collector-operator-webhook', ports: [{ port: 443, target: 9443 }] },
  })
  add(world, validatingWebhook(world, 'collector-operator', OPERATOR, 'collector-operator-webhook'))
  const collector = add(world, {
    apiVersion: 'beacon.corp.example/v1beta1',
    kind: 'Collector',
    metadata: {
      ...metadataOf(world, 'Collector', SIGHT, 'node-agent', { created: world.at - 44 * DAY }),
      generation: 5,
    },
    spec: { mode: 'daemonset', config: { exporters: { otlp: { endpoint: 'intake.observability.svc:4317' } } } },
    status: {
      scale: { statusReplicas: '4/4' },
      conditions: [condition('Ready', true, 'Reconciled', 'collector is up to date', world.at - 9 * DAY)],
    },
  })
  const tolerant = { tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }] }
  const toIntake = { to: 'intake', variable: 'OTLP_ENDPOINT', address: 'http://intake.observability.svc:4317' }
  install(app, {
    kind: 'DaemonSet',
    namespace: SIGHT,
    name: 'node-agent',
    ...label('node-agent'),
    image: `${REGISTRY}/collector:0.119.0`,
    language: 'logfmt',
    ports: { metrics: 8888, health: 13133 },
    probe: '/status',
    calls: [toIntake],
    container: { envFrom: [{ configMapRef: { name: 'agent-settings' } }] },
    spec: { ...tolerant, volumes: [{ name: 'varlog', hostPath: { path: '/var/log', type: '' } }] },
    owner: collector,
  })
  install(app, {
    kind: 'DaemonSet',
    namespace: SIGHT,
    name: 'node-exporter',
    ...label('node-exporter'),
    image: 'quay.io/prometheus/node-exporter:v1.9.0',
    language: 'logfmt',
    ports: { metrics: 9100 },
    probe: '/',
    spec: { ...tolerant, hostNetwork: true, hostPID: true },
  })
  const meshed = {
    sidecars: [proxyOf('linkerd')],
    inits: [initOf('linkerd')],
    annotations: { 'linkerd.io/inject': 'enabled' },
  }
  const intake = install(app, {
    namespace: SIGHT,
    name: 'intake',
    ...label('intake'),
    ...meshed,
    image: `${REGISTRY}/intake:2.9.1`,
    language: 'logfmt',
    replicas: 3,
    ports: { otlp: 4317, http: 3200 },
    probe: '/ready',
    calls: [
      {
        to: 'series-store',
        variable: 'SERIES_STORE',
        address: 'http://series-store-0.series-store.observability.svc.cluster.local:9009',
      },
      { to: 'log-store', variable: 'LOG_STORE', address: 'http://log-store.observability.svc.cluster.local:3100' },
    ],
    container: { envFrom: [{ configMapRef: { name: 'intake-settings' } }] },
    variables: [{ name: 'TENANT_KEY', valueFrom: { secretKeyRef: { name: 'tenants', key: 'intake' } } }],
    service: { name: 'intake', ports: [{ name: 'otlp', port: 4317, target: 'otlp' }] },
  })
  const store = (name: string, port: number, size: string, replicas: number) =>
    install(app, {
      kind: 'StatefulSet',
      namespace: SIGHT,
      name,
      ...label(name),
      image: `${REGISTRY}/${name}:3.${name.length}.0`,
      language: 'logfmt',
      replicas,
      ports: { http: port, memberlist: 7946 },
      probe: '/ready',
      requests: { cpu: '1', memory: '4Gi' },
      limits: { memory: '8Gi' },
      claims: [{ name: 'data', size, storageClass: 'longhorn', mountPath: '/data' }],
      service: { name, headless: name === 'series-store', ports: [{ name: 'http', port, target: 'http' }] },
    })
  store('series-store', 9009, '300Gi', 3)
  store('log-store', 3100, '200Gi', 2)
  const deployment = (
    name: string,
    port: number,
    calls: { to: string; variable: string; address: string }[],
    more = {},
  ) =>
    install(app, {
      namespace: SIGHT,
      name,
      ...label(name),
      image: `${REGISTRY}/${name}:1.${name.length}.2`,
      language: 'go',
      replicas: 2,
      ports: { http: port },
      probe: '/-/ready',
      calls,
      service: { name, ports: [{ name: 'http', port, target: 'http' }] },
      ...more,
    })
  const toSeries = {
    to: 'series-store',
    variable: 'SERIES_STORE',
    address: 'http://series-store.observability.svc.cluster.local:9009',
  }
  const toLogs = {
    to: 'log-store',
    variable: 'LOG_STORE',
    address: 'http://log-store.observability.svc.cluster.local:3100',
  }
  deployment(
    'ruler',
    8081,
    [toSeries, { to: 'pager', variable: 'PAGER', address: 'http://pager.observability:9093' }],
    {
      container: { envFrom: [{ configMapRef: { name: 'ruler-settings' } }] },
    },
  )
  deployment('pager', 9093, [], {
    language: 'logfmt',
    variables: [
      { name: 'PAGE_URL', value: 'https://events.pagehub.example/v2/enqueue' },
      { name: 'PAGE_KEY', valueFrom: { secretKeyRef: { name: 'page-key', key: 'routing-key' } } },
    ],
  })
  const charts = deployment('charts', 3000, [toSeries, toLogs], { language: 'node', probe: '/api/health', ...meshed })
  deployment(
    'gateway',
    8080,
    [{ to: 'charts', variable: 'CHARTS', address: 'http://charts.observability:3000' }, toIntake],
    { language: 'nginx', probe: '/', replicas: 2 },
  )
  ingress(world, SIGHT, 'gateway', {
    host: 'sight.corp.example',
    backend: 'gateway',
    port: 8080,
    tlsSecret: 'sight-tls',
    className: 'traefik',
  })
  secret(world, SIGHT, 'sight-tls', ['tls.crt', 'tls.key'], 'kubernetes.io/tls')
  secret(world, SIGHT, 'tenants', ['intake', 'ruler'])
  secret(world, SIGHT, 'page-key', ['routing-key'])
  configMap(world, SIGHT, 'agent-settings', { SCRAPE_INTERVAL: '30s', EXTRA_LABELS: 'site=fra' })
  configMap(world, SIGHT, 'intake-settings', { REPLICATION: '3', MAX_STREAMS: '50000' })
  configMap(world, SIGHT, 'ruler-settings', { EVALUATION: '1m', RULES: 'groups: []\n' })
  autoscaler(world, intake, { least: 3, most: 6, current: 3 })
  budget(world, intake, { minAvailable: 2 })
  budget(world, charts, { maxUnavailable: 1 })
  networkPolicy(world, SIGHT, 'scrape', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] })
  return app
}
