// A parcel carrier on rented machines whose masters the provider keeps to itself: three namespaces, labels `service`, calls
// by full names, events through brokers behind a headless Service, a database that an operator made, scheduled jobs.
import { install, type Application } from '../application.ts'
import { cronJob, runOf } from '../batch.ts'
import { addStorageClass } from '../claim.ts'
import { node } from '../node.ts'
import { autoscaler, budget, configMap, ingress, networkPolicy, secret } from '../policy.ts'
import { installSystem } from '../system.ts'
import { add, DAY, emptyWorld, HOUR, metadataOf, MINUTE } from '../world.ts'
import type { Call, WorkloadText } from '../workload.ts'

const EDGE = 'courier-edge'
const OPS = 'courier-ops'
const DATA = 'courier-data'
const REGISTRY = 'registry.courier.example/parcel'
const VERSION = 'v1.33.1'

export function courier(seed: string): Application {
  const world = emptyWorld(`courier/${seed}`)
  const app: Application = {
    name: 'courier',
    world,
    workloads: [],
    namespaces: [EDGE, OPS, DATA],
    storageClasses: ['cinder-ssd', 'manila-share'],
    registry: REGISTRY,
    outside: [{ caller: 'notify', variable: 'SMS_URL', address: 'https://sms.textline.example/v1/messages' }],
    masters: [],
  }
  for (const [id, zone] of [
    ['4kzqp-h8wx2', 'az-1'],
    ['4kzqp-vn5rd', 'az-1'],
    ['4kzqp-t2jfb', 'az-2'],
    ['4kzqp-c7mls', 'az-2'],
    ['4kzqp-x9gkd', 'az-3'],
  ] as const) {
    const { status } = node(world, {
      name: `courier-md-0-${id}`,
      zone,
      region: 'waw',
      capacity: { cpu: '8', memory: '24Gi' },
      version: VERSION,
      os: 'Flatcar Container Linux by Kinvolk 4152.2.3 (Oklo)',
      labels: { 'node.cluster.x-k8s.io/pool': 'standard' },
    })
    status.nodeInfo.containerRuntimeVersion = 'containerd://2.0.5'
  }
  addStorageClass(world, 'cinder-ssd', 'cinder.csi.openstack.org', { standard: true, parameters: { type: 'ssd' } })
  addStorageClass(world, 'manila-share', 'nfs.manila.csi.openstack.org', { binding: 'Immediate' })
  installSystem(app, VERSION, { name: 'kube-flannel-ds', image: 'ghcr.io/flannel-io/flannel:v0.26.7' })
  installData(app)

  const host = (service: string, namespace: string, port: number) => `${service}.${namespace}.svc.cluster.local:${port}`
  const brokers = [0, 1, 2].map(n => host(`dispatch-kafka-${n}.dispatch-kafka-brokers`, DATA, 9092)).join(',')
  const toBrokers = { to: 'dispatch-kafka', variable: 'KAFKA_BOOTSTRAP', address: brokers }
  const toCache = {
    to: 'tracking-redis',
    variable: 'REDIS_URL',
    address: `redis://${host('tracking-redis', DATA, 6379)}/0`,
  }
  const toDatabase = {
    to: 'parcels-db',
    variable: 'SPRING_DATASOURCE_URL',
    address: `postgres://parcels@${host('parcels-db', DATA, 5432)}/parcels`,
  }
  const to = (name: string, namespace = OPS): Call => ({
    to: name,
    variable: `${name.toUpperCase().replaceAll('-', '_')}_BASE_URL`,
    address: `http://${host(name, namespace, 8080)}`,
  })
  const service = (
    name: string,
    squad: string,
    calls: Call[],
    { namespace = OPS, ...more }: Partial<WorkloadText> = {},
  ) =>
    install(app, {
      namespace,
      name,
      ...named(name, squad),
      image: `${REGISTRY}/${name}:26.${name.length}.3`,
      language: 'go',
      replicas: 3,
      ports: { web: 8080 },
      probe: '/livez',
      calls,
      service: { name, ports: [{ name: 'http', port: 8080, target: 'web' }] },
      ...more,
    })
  service('parcels', 'core', [toDatabase, toBrokers], {
    language: 'java',
    probe: '/actuator/health',
    requests: { cpu: '500m', memory: '1Gi' },
    limits: { memory: '2Gi' },
    variables: [
      { name: 'JAVA_TOOL_OPTIONS', value: '-XX:MaxRAMPercentage=70' },
      {
        name: 'SPRING_DATASOURCE_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'parcels-db-credentials', key: 'password' } },
      },
    ],
  })
  const routing = service('routing', 'linehaul', [to('parcels'), toCache], {
    container: { envFrom: [{ configMapRef: { name: 'routing-settings' } }] },
  })
  service('eta', 'linehaul', [to('routing'), toCache], { language: 'python', replicas: 2, limits: { memory: '1Gi' } })
  service('notify', 'customer', [toBrokers, to('parcels')], {
    language: 'python',
    replicas: 2,
    variables: [
      { name: 'SMS_URL', value: 'https://sms.textline.example/v1/messages' },
      { name: 'SMS_TOKEN', valueFrom: { secretKeyRef: { name: 'sms-token', key: 'token' } } },
    ],
  })
  service('scan-ingest', 'depot', [toBrokers], { namespace: EDGE, replicas: 4, language: 'node' })
  const api = service('public-api', 'customer', [to('parcels'), to('eta'), to('routing')], {
    namespace: EDGE,
    replicas: 3,
  })
  service('tracking-page', 'customer', [to('public-api', EDGE)], {
    namespace: EDGE,
    replicas: 2,
    language: 'nginx',
    probe: '/',
  })
  install(app, {
    kind: 'DaemonSet',
    namespace: 'logging',
    name: 'log-shipper',
    ...named('log-shipper', 'platform'),
    image: `${REGISTRY}/log-shipper:3.2.10`,
    language: 'logfmt',
    ports: { metrics: 2021 },
    probe: '/api/v1/health',
    calls: [toBrokers],
    spec: { volumes: [{ name: 'varlog', hostPath: { path: '/var/log', type: '' } }] },
  })
  ingress(world, EDGE, 'tracking-page', {
    host: 'track.courier.example',
    backend: 'tracking-page',
    port: 8080,
    tlsSecret: 'track-courier-tls',
    className: 'contour',
  })
  secret(world, EDGE, 'track-courier-tls', ['tls.crt', 'tls.key'], 'kubernetes.io/tls')
  secret(world, OPS, 'parcels-db-credentials', ['username', 'password'])
  secret(world, OPS, 'sms-token', ['token'])
  configMap(world, OPS, 'routing-settings', { MAX_STOPS: '140', TRAFFIC_MODEL: 'tuesday', DEPOTS: 'waw,ktw,gdn' })
  autoscaler(world, api, { least: 3, most: 9, current: 3 })
  autoscaler(world, routing, { least: 3, most: 8, current: 3, target: 80 })
  budget(world, api, { maxUnavailable: 1 })
  networkPolicy(world, DATA, 'courier-only', {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ namespaceSelector: {} }] }],
  })
  installJobs(app)
  return app
}

function named(name: string, squad: string): Pick<WorkloadText, 'labels' | 'more'> {
  return { labels: { service: name }, more: { squad, 'argocd.argoproj.io/instance': 'courier' } }
}

function installData(app: Application): void {
  const { world } = app
  const brokers = install(app, {
    kind: 'StatefulSet',
    namespace: DATA,
    name: 'dispatch-kafka',
    ...named('dispatch-kafka', 'platform'),
    image: 'quay.io/strimzi/kafka:0.45.0-kafka-3.9.0',
    language: 'java',
    replicas: 3,
    ports: { plain: 9092, controller: 9093 },
    probe: 'tcp',
    container: { name: 'kafka' },
    requests: { cpu: '1', memory: '3Gi' },
    limits: { memory: '4Gi' },
    claims: [{ name: 'log', size: '250Gi', storageClass: 'cinder-ssd', mountPath: '/var/lib/kafka' }],
    service: {
      name: 'dispatch-kafka-brokers',
      headless: true,
      early: true,
      ports: [{ name: 'plain', port: 9092, target: 'plain' }],
    },
  })
  budget(world, brokers, { maxUnavailable: 1 })
  install(app, {
    namespace: DATA,
    name: 'tracking-redis',
    ...named('tracking-redis', 'platform'),
    image: 'docker.io/library/redis:7.2.8-alpine',
    language: 'plain',
    strategy: 'Recreate',
    ports: { redis: 6379 },
    probe: 'tcp',
    service: { name: 'tracking-redis', ports: [{ name: 'redis', port: 6379, target: 'redis' }] },
  })
  install(app, {
    namespace: 'postgres-operator',
    name: 'postgres-operator',
    ...named('postgres-operator', 'platform'),
    image: 'ghcr.io/zalando/postgres-operator:v1.14.0',
    language: 'logfmt',
    ports: { api: 8080 },
  })
  const cluster = add(world, {
    apiVersion: 'acid.zalan.do/v1',
    kind: 'postgresql',
    metadata: {
      ...metadataOf(world, 'postgresql', DATA, 'parcels-db', { created: world.at - 70 * DAY }),
      generation: 4,
    },
    spec: {
      teamId: 'parcels',
      numberOfInstances: 1,
      postgresql: { version: '16' },
      volume: { size: '80Gi', storageClass: 'cinder-ssd' },
    },
    status: { PostgresClusterStatus: 'Running', observedGeneration: 4 },
  })
  install(app, {
    kind: 'StatefulSet',
    namespace: DATA,
    name: 'parcels-db',
    labels: { application: 'spilo', 'cluster-name': 'parcels-db' },
    more: { team: 'parcels', 'spilo-role': 'master' },
    image: 'ghcr.io/zalando/spilo-16:3.3-p3',
    language: 'postgres',
    ports: { postgresql: 5432, patroni: 8008 },
    probe: 'tcp',
    container: { name: 'postgres' },
    requests: { cpu: '1', memory: '2Gi' },
    limits: { memory: '4Gi' },
    claims: [{ name: 'pgdata', size: '80Gi', storageClass: 'cinder-ssd', mountPath: '/home/postgres/pgdata' }],
    service: { name: 'parcels-db', ports: [{ name: 'postgresql', port: 5432, target: 5432 }] },
    owner: cluster,
  })
}

function installJobs({ world }: Application): void {
  const text = (name: string) => ({
    namespace: OPS,
    labels: { service: name },
    image: `${REGISTRY}/batch:26.1.0`,
    language: 'python' as const,
    container: { name },
  })
  const halfHourly = {
    ...text('close-manifests'),
    name: 'close-manifests',
    schedule: '*/30 5-21 * * *',
    last: world.at - 25 * MINUTE,
  }
  runOf(world, cronJob(world, halfHourly), {
    ...text('close-manifests'),
    started: halfHourly.last,
    took: 3 * MINUTE,
  })
  const nightly = { ...text('purge-scans'), name: 'purge-scans', schedule: '25 2 * * *', last: world.at - 12 * HOUR }
  runOf(world, cronJob(world, nightly), { ...text('purge-scans'), started: nightly.last, took: 17 * MINUTE })
}
