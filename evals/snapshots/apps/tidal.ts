// A streaming platform on machines of its own, masters in plain sight: StatefulSets behind headless Services, full DNS
// names, `app.kubernetes.io` labels, ports by name, programs in Java.
import { install, type Application } from '../application.ts'
import { addStorageClass } from '../claim.ts'
import { node } from '../node.ts'
import { budget, configMap, ingress, networkPolicy, quota, secret } from '../policy.ts'
import { serviceOf } from '../service.ts'
import { installMaster, installSystem } from '../system.ts'
import { emptyWorld } from '../world.ts'

const STREAM = 'tidal'
const REGISTRY = 'harbor.tidal.example/platform'
const VERSION = 'v1.30.11'
const zone = { zone: 'hall-1', region: 'basement' }

export function tidal(seed: string): Application {
  const world = emptyWorld(`tidal/${seed}`)
  const app: Application = {
    name: 'tidal',
    world,
    workloads: [],
    namespaces: [STREAM],
    storageClasses: ['local-nvme', 'ceph-block'],
    registry: REGISTRY,
    outside: [{ caller: 'ingest', variable: 'GEO_API', address: 'https://geo.lookups.example/v1' }],
    masters: ['tidal-master-1'],
  }
  const os = 'Ubuntu 22.04.5 LTS'
  const master = node(world, {
    ...zone,
    name: 'tidal-master-1',
    capacity: { cpu: '8', memory: '32Gi' },
    version: VERSION,
    os,
    labels: { 'node-role.kubernetes.io/control-plane': '' },
    taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
  })
  for (const number of [1, 2, 3, 4])
    node(world, {
      ...zone,
      zone: `hall-${1 + (number % 2)}`,
      name: `tidal-worker-${number}`,
      capacity: { cpu: '16', memory: '64Gi' },
      version: VERSION,
      os,
    })
  installMaster(world, master, VERSION)
  addStorageClass(world, 'local-nvme', 'local.csi.openebs.io')
  addStorageClass(world, 'ceph-block', 'rook-ceph.rbd.csi.ceph.com', { binding: 'Immediate', standard: true })
  installSystem(app, VERSION, { name: 'calico-node', image: 'docker.io/calico/node:v3.29.3' })

  const named = (name: string) => ({
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': 'tidal' },
    more: { 'app.kubernetes.io/part-of': 'tidal', 'app.kubernetes.io/managed-by': 'Helm' },
  })
  const full = (host: string, port: number) => `${host}.${STREAM}.svc.cluster.local:${port}`
  const brokers = [0, 1, 2].map(n => full(`broker-${n}.broker-headless`, 9092)).join(',')
  install(app, {
    kind: 'StatefulSet',
    namespace: STREAM,
    name: 'quorum',
    ...named('quorum'),
    image: `${REGISTRY}/quorum:3.9.2`,
    language: 'java',
    replicas: 3,
    ports: { client: 2181, election: 3888 },
    probe: 'tcp',
    claims: [{ name: 'data', size: '10Gi', storageClass: 'ceph-block', mountPath: '/data' }],
    service: {
      name: 'quorum-headless',
      headless: true,
      early: true,
      ports: [{ name: 'client', port: 2181, target: 'client' }],
    },
  })
  const broker = install(app, {
    kind: 'StatefulSet',
    namespace: STREAM,
    name: 'broker',
    ...named('broker'),
    image: `${REGISTRY}/broker:7.8.0`,
    language: 'java',
    replicas: 3,
    ports: { client: 9092, internal: 9093, metrics: 9404 },
    probe: 'tcp',
    calls: [{ to: 'quorum', variable: 'QUORUM_CONNECT', address: full('quorum-0.quorum-headless', 2181) }],
    variables: [{ name: 'HEAP_OPTS', value: '-Xms4g -Xmx4g' }],
    requests: { cpu: '2', memory: '6Gi' },
    limits: { memory: '8Gi' },
    claims: [{ name: 'log', size: '500Gi', storageClass: 'local-nvme', mountPath: '/var/lib/broker' }],
    service: { name: 'broker-headless', headless: true, ports: [{ name: 'client', port: 9092, target: 'client' }] },
  })
  serviceOf(world, {
    namespace: STREAM,
    name: 'broker',
    selector: broker.text.labels,
    ports: [{ name: 'client', port: 9092, target: 'client' }],
  })
  install(app, {
    kind: 'StatefulSet',
    namespace: STREAM,
    name: 'columns',
    ...named('columns'),
    image: `${REGISTRY}/columns:24.8.4`,
    language: 'plain',
    replicas: 2,
    ports: { http: 8123, native: 9000 },
    probe: '/ping',
    calls: [{ to: 'quorum', variable: 'KEEPER_HOST', address: full('quorum-1.quorum-headless', 2181) }],
    requests: { cpu: '4', memory: '12Gi' },
    limits: { memory: '16Gi' },
    claims: [{ name: 'store', size: '1Ti', storageClass: 'local-nvme', mountPath: '/var/lib/columns' }],
    service: {
      name: 'columns',
      headless: true,
      ports: [
        { name: 'http', port: 8123, target: 'http' },
        { name: 'native', port: 9000, target: 'native' },
      ],
    },
  })
  const service = (name: string, calls: { to: string; variable: string; address: string }[], more = {}) =>
    install(app, {
      namespace: STREAM,
      name,
      ...named(name),
      image: `${REGISTRY}/${name}:1.${name.length}.4`,
      language: 'java',
      replicas: 2,
      ports: { http: 8080, metrics: 9404 },
      probe: '/actuator/health/readiness',
      limits: { memory: '2Gi', cpu: '2' },
      requests: { cpu: '500m', memory: '1Gi' },
      calls,
      service: { name, ports: [{ name: 'http', port: 8080, target: 'http' }] },
      ...more,
    })
  const toBroker = { to: 'broker', variable: 'BOOTSTRAP_SERVERS', address: brokers }
  service('schema-registry', [toBroker], { replicas: 1, probe: '/subjects' })
  const registry = {
    to: 'schema-registry',
    variable: 'SCHEMA_REGISTRY_URL',
    address: `http://${full('schema-registry', 8080)}`,
  }
  service('ingest', [toBroker, registry], {
    replicas: 4,
    variables: [
      { name: 'GEO_API', value: 'https://geo.lookups.example/v1' },
      { name: 'BROKER_PASSWORD', valueFrom: { secretKeyRef: { name: 'broker-users', key: 'ingest' } } },
    ],
  })
  service('windows', [toBroker, registry], {
    replicas: 3,
    container: { envFrom: [{ configMapRef: { name: 'windows-topology' } }] },
    variables: [{ name: 'BROKER_PASSWORD', valueFrom: { secretKeyRef: { name: 'broker-users', key: 'windows' } } }],
  })
  service('query', [{ to: 'columns', variable: 'COLUMNS_URL', address: `http://${full('columns-0.columns', 8123)}` }], {
    language: 'logfmt',
  })
  service('sink', [toBroker, { to: 'columns', variable: 'COLUMNS_NATIVE', address: full('columns-1.columns', 9000) }], {
    replicas: 1,
  })
  service('console', [{ to: 'query', variable: 'QUERY_URL', address: `http://${full('query', 8080)}` }], {
    language: 'node',
    replicas: 1,
    probe: '/',
  })
  secret(world, STREAM, 'broker-users', ['ingest', 'windows', 'admin'])
  secret(world, STREAM, 'harbor-pull', ['.dockerconfigjson'], 'kubernetes.io/dockerconfigjson')
  secret(world, STREAM, 'console-tls', ['tls.crt', 'tls.key'], 'kubernetes.io/tls')
  configMap(world, STREAM, 'windows-topology', {
    PARALLELISM: '12',
    INPUT_TOPIC: 'clicks.v3',
    OUTPUT_TOPIC: 'sessions.v1',
  })
  ingress(world, STREAM, 'console', {
    host: 'console.tidal.example',
    backend: 'console',
    port: 8080,
    tlsSecret: 'console-tls',
    className: 'haproxy',
  })
  budget(world, broker, { maxUnavailable: 1 })
  quota(
    world,
    STREAM,
    'tidal',
    { 'requests.cpu': '40', 'requests.memory': '120Gi' },
    { 'requests.cpu': '21500m', 'requests.memory': '58Gi' },
  )
  networkPolicy(world, STREAM, 'same-namespace', {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: {} }] }, { from: [{ namespaceSelector: { matchLabels: { role: 'edge' } } }] }],
  })
  return app
}
