// A grocer's web shop over three namespaces, in a cloud that hides its control plane: Deployments labelled `app`, ports by
// number, short names between namespaces, a database and a queue as StatefulSets.
import { install, type Application } from '../application.ts'
import { boundClaim, addStorageClass } from '../claim.ts'
import { node } from '../node.ts'
import { autoscaler, budget, configMap, ingress, networkPolicy, secret } from '../policy.ts'
import { keepOldSets } from '../rollout.ts'
import { serviceOf } from '../service.ts'
import { installSystem } from '../system.ts'
import { DAY, emptyWorld } from '../world.ts'

const FRONT = 'larder-front'
const CORE = 'larder-core'
const DATA = 'larder-data'
const REGISTRY = '402917755031.dkr.ecr.eu-west-1.amazonaws.com/larder'
const VERSION = 'v1.31.7-eks-5d632ec'

export function larder(seed: string): Application {
  const world = emptyWorld(`larder/${seed}`)
  const app: Application = {
    name: 'larder',
    world,
    workloads: [],
    namespaces: [FRONT, CORE, DATA],
    storageClasses: ['gp3'],
    registry: REGISTRY,
    outside: [{ caller: 'till', variable: 'CARD_GATEWAY_URL', address: 'https://api.cardgate.example/v2' }],
    masters: [],
  }
  for (const [name, zone] of [
    ['ip-10-0-1-47.eu-west-1.compute.internal', 'eu-west-1a'],
    ['ip-10-0-2-84.eu-west-1.compute.internal', 'eu-west-1b'],
    ['ip-10-0-3-121.eu-west-1.compute.internal', 'eu-west-1c'],
    ['ip-10-0-4-158.eu-west-1.compute.internal', 'eu-west-1a'],
  ] as const)
    node(world, {
      name,
      zone,
      region: 'eu-west-1',
      capacity: { cpu: '4', memory: '16Gi' },
      version: VERSION,
      os: 'Amazon Linux 2023.7.20250331',
      labels: { 'node.kubernetes.io/instance-type': 'm6i.xlarge', 'eks.amazonaws.com/nodegroup': 'general' },
    })
  addStorageClass(world, 'gp3', 'ebs.csi.aws.com', { standard: true, parameters: { type: 'gp3' } })
  installSystem(app, 'v1.31.7', {
    name: 'aws-node',
    image: '602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni:v1.19.3',
  })
  installDriver(app)

  install(app, {
    kind: 'StatefulSet',
    namespace: DATA,
    name: 'stock-db',
    labels: { app: 'stock-db' },
    image: 'postgres:16.4',
    language: 'postgres',
    ports: { '5432': 5432 },
    probe: 'tcp',
    claims: [{ name: 'data', size: '40Gi', storageClass: 'gp3', mountPath: '/var/lib/postgresql/data' }],
    variables: [{ name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: 'stock-db', key: 'password' } } }],
    limits: { memory: '2Gi' },
    service: { name: 'stock-db', ports: [{ port: 5432, target: 5432 }] },
  })
  install(app, {
    namespace: DATA,
    name: 'sessions',
    labels: { app: 'sessions' },
    image: 'redis:7.4.1',
    language: 'plain',
    ports: { '6379': 6379 },
    probe: 'tcp',
    strategy: 'Recreate',
    service: { name: 'sessions', ports: [{ port: 6379, target: 6379 }] },
  })
  boundClaim(world, {
    namespace: CORE,
    name: 'pictures',
    size: '20Gi',
    storageClass: 'gp3',
    created: world.at - 60 * DAY,
  })
  const shop = (name: string, calls: { to: string; variable: string; address: string }[], more = {}) =>
    install(app, {
      namespace: CORE,
      name,
      labels: { app: name },
      image: `${REGISTRY}/${name}:2.${name.length}.1`,
      language: 'go',
      replicas: 3,
      ports: { '8080': 8080 },
      calls,
      service: { name, ports: [{ port: 80, target: 8080 }] },
      ...more,
    })
  const database = {
    to: 'stock-db',
    variable: 'DATABASE_URL',
    address: 'postgres://stock@stock-db.larder-data:5432/stock',
  }
  const password = { name: 'DATABASE_PASSWORD', valueFrom: { secretKeyRef: { name: 'stock-db', key: 'password' } } }
  shop('stock', [database], {
    variables: [password],
    container: { envFrom: [{ configMapRef: { name: 'stock-settings' } }] },
  })
  const prices = shop('prices', [{ to: 'stock', variable: 'STOCK_URL', address: 'http://stock.larder-core' }], {
    replicas: 2,
  })
  shop('basket', [
    { to: 'stock', variable: 'STOCK_URL', address: 'http://stock.larder-core' },
    { to: 'sessions', variable: 'SESSIONS_ADDR', address: 'redis://sessions.larder-data:6379' },
  ])
  shop(
    'till',
    [
      { to: 'basket', variable: 'BASKET_URL', address: 'http://basket.larder-core' },
      { to: 'prices', variable: 'PRICES_URL', address: 'http://prices.larder-core' },
    ],
    {
      language: 'node',
      variables: [
        { name: 'CARD_GATEWAY_URL', value: 'https://api.cardgate.example/v2' },
        { name: 'CARD_GATEWAY_KEY', valueFrom: { secretKeyRef: { name: 'card-gateway', key: 'api-key' } } },
        { name: 'TRACING_ENDPOINT', value: 'http://tracing.observability:4318' },
      ],
    },
  )
  shop('photos', [], {
    language: 'python',
    replicas: 1,
    strategy: 'Recreate',
    spec: { volumes: [{ name: 'pictures', persistentVolumeClaim: { claimName: 'pictures' } }] },
    container: { volumeMounts: [{ name: 'pictures', mountPath: '/srv/pictures' }] },
  })
  const site = install(app, {
    namespace: FRONT,
    name: 'site',
    labels: { app: 'site' },
    image: `${REGISTRY}/site:5.21.0`,
    language: 'node',
    replicas: 3,
    ports: { '3000': 3000 },
    probe: '/ready',
    calls: [
      { to: 'basket', variable: 'BASKET_URL', address: 'http://basket.larder-core' },
      { to: 'till', variable: 'TILL_URL', address: 'http://till.larder-core' },
      { to: 'photos', variable: 'PHOTOS_URL', address: 'http://photos.larder-core' },
    ],
    service: { name: 'site', ports: [{ port: 80, target: 3000 }] },
  })
  install(app, {
    namespace: 'ingress-nginx',
    name: 'ingress-nginx-controller',
    labels: { 'app.kubernetes.io/name': 'ingress-nginx' },
    image: 'registry.k8s.io/ingress-nginx/controller:v1.12.1',
    language: 'nginx',
    replicas: 2,
    ports: { http: 80, https: 443 },
    container: { name: 'controller' },
    service: {
      name: 'ingress-nginx-controller',
      ports: [{ name: 'https', port: 443, target: 'https' }],
      type: 'LoadBalancer',
    },
  })
  ingress(world, FRONT, 'site', { host: 'www.larder.example', backend: 'site', port: 80, tlsSecret: 'www-larder-tls' })
  secret(world, FRONT, 'www-larder-tls', ['tls.crt', 'tls.key'], 'kubernetes.io/tls')
  secret(world, CORE, 'stock-db', ['password'])
  secret(world, DATA, 'stock-db', ['password'])
  secret(world, CORE, 'card-gateway', ['api-key'])
  configMap(world, CORE, 'stock-settings', { RESERVATION_MINUTES: '15', WAREHOUSE: 'north' })
  autoscaler(world, site, { least: 3, most: 8, current: 3 })
  budget(world, site, { minAvailable: 2 })
  budget(world, prices, { minAvailable: 1 })
  networkPolicy(world, DATA, 'from-core', {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': CORE } } }] }],
  })
  serviceOf(world, {
    namespace: CORE,
    name: 'card-gateway',
    ports: [],
    type: 'ExternalName',
    externalName: 'api.cardgate.example',
  })
  keepOldSets(world, site, 2)
  return app
}

function installDriver(app: Application): void {
  install(app, {
    namespace: 'kube-system',
    name: 'ebs-csi-controller',
    labels: { app: 'ebs-csi-controller' },
    image: 'public.ecr.aws/ebs-csi-driver/aws-ebs-csi-driver:v1.41.0',
    language: 'plain',
    replicas: 2,
    ports: { healthz: 9808 },
    container: { name: 'ebs-plugin' },
  })
}
