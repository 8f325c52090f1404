// A machine-learning batch system: jobs and cron jobs on tainted GPU nodes, a queue, a feature store, a model server;
// labels of a team's own, programs in Python, autoscaled node pools.
import { install, type Application } from '../application.ts'
import { cronJob, job, runOf } from '../batch.ts'
import { boundClaim, addStorageClass } from '../claim.ts'
import { node } from '../node.ts'
import { autoscaler, budget, configMap, limitRange, networkPolicy, quota, secret } from '../policy.ts'
import { installSystem } from '../system.ts'
import { DAY, emptyWorld, HOUR, MINUTE } from '../world.ts'

const TRAIN = 'foundry-train'
const SERVE = 'foundry-serve'
const REGISTRY = 'europe-docker.pkg.dev/foundry-ml/images'
const VERSION = 'v1.32.2-gke.1297002'

export function foundry(seed: string): Application {
  const world = emptyWorld(`foundry/${seed}`)
  const app: Application = {
    name: 'foundry',
    world,
    workloads: [],
    namespaces: [SERVE, TRAIN],
    storageClasses: ['premium-rwo', 'filestore-rwx'],
    registry: REGISTRY,
    outside: [{ caller: 'scorer', variable: 'MODEL_HUB', address: 'https://hub.modelbazaar.example' }],
    masters: [],
  }
  const os = 'Container-Optimized OS from Google'
  const place = (pool: string, id: string, letter: string) => ({
    name: `gke-foundry-${pool}-7c1e-${id}`,
    zone: `europe-west4-${letter}`,
    region: 'europe-west4',
    version: VERSION,
    os,
  })
  const pool = (name: string) => ({ 'cloud.google.com/gke-nodepool': name })
  for (const [id, letter] of [
    ['x2kd', 'a'],
    ['m8qt', 'b'],
    ['z5vw', 'c'],
  ] as const)
    node(world, { ...place('general', id, letter), labels: pool('general'), capacity: { cpu: '8', memory: '32Gi' } })
  for (const [id, letter] of [
    ['g4hs', 'a'],
    ['g9pl', 'b'],
  ] as const)
    node(world, {
      ...place('accel', id, letter),
      labels: { ...pool('accel'), 'cloud.google.com/gke-accelerator': 'nvidia-l4' },
      taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }],
      capacity: { cpu: '16', memory: '64Gi', 'nvidia.com/gpu': '2' },
    })
  addStorageClass(world, 'premium-rwo', 'pd.csi.storage.gke.io', { standard: true })
  addStorageClass(world, 'filestore-rwx', 'filestore.csi.storage.gke.io')
  installSystem(app, 'v1.32.2', { name: 'netd', image: 'gke.gcr.io/netd:v0.9.7' })

  const team = (name: string) => ({ component: name, team: 'foundry' })
  const created = world.at - 60 * DAY
  boundClaim(world, {
    namespace: TRAIN,
    name: 'datasets',
    size: '2Ti',
    storageClass: 'filestore-rwx',
    mode: 'ReadWriteMany',
    created,
  })
  boundClaim(world, { namespace: SERVE, name: 'model-cache', size: '200Gi', storageClass: 'premium-rwo', created })
  install(app, {
    kind: 'StatefulSet',
    namespace: TRAIN,
    name: 'queue',
    labels: team('queue'),
    image: 'rabbitmq:4.0.7-management',
    language: 'plain',
    ports: { amqp: 5672, management: 15672 },
    probe: 'tcp',
    claims: [{ name: 'mnesia', size: '20Gi', storageClass: 'premium-rwo', mountPath: '/var/lib/rabbitmq' }],
    service: { name: 'queue', ports: [{ name: 'amqp', port: 5672, target: 'amqp' }] },
  })
  const python = { language: 'python' as const, ports: { http: 8000 }, limits: { memory: '4Gi', cpu: '2' } }
  const toQueue = { to: 'queue', variable: 'QUEUE_URL', address: 'amqp://foundry@queue.foundry-train:5672/jobs' }
  const toFeatures = { to: 'features', variable: 'FEATURES_URL', address: 'http://features.foundry-serve:8000' }
  install(app, {
    ...python,
    namespace: SERVE,
    name: 'features',
    labels: team('features'),
    image: `${REGISTRY}/features:2026.02.3`,
    replicas: 2,
    calls: [],
    variables: [{ name: 'WAREHOUSE_KEY', valueFrom: { secretKeyRef: { name: 'warehouse', key: 'key.json' } } }],
    service: { name: 'features', ports: [{ name: 'http', port: 8000, target: 'http' }] },
  })
  const scorer = install(app, {
    ...python,
    namespace: SERVE,
    name: 'scorer',
    labels: team('scorer'),
    image: `${REGISTRY}/scorer:2026.03.1`,
    replicas: 3,
    calls: [toFeatures],
    variables: [
      { name: 'MODEL_HUB', value: 'https://hub.modelbazaar.example' },
      { name: 'MODEL', value: 'churn-v12' },
    ],
    container: { envFrom: [{ configMapRef: { name: 'scorer-settings' } }] },
    service: { name: 'scorer', ports: [{ name: 'http', port: 8000, target: 'http' }] },
  })
  install(app, {
    ...python,
    namespace: SERVE,
    name: 'llm',
    labels: team('llm'),
    image: `${REGISTRY}/llm-server:0.8.2`,
    replicas: 1,
    strategy: 'Recreate',
    limits: { memory: '24Gi', 'nvidia.com/gpu': '1' },
    requests: { cpu: '4', memory: '16Gi', 'nvidia.com/gpu': '1' },
    spec: {
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
      nodeSelector: { 'cloud.google.com/gke-nodepool': 'accel' },
      volumes: [{ name: 'models', persistentVolumeClaim: { claimName: 'model-cache' } }],
    },
    container: { volumeMounts: [{ name: 'models', mountPath: '/models' }] },
    service: { name: 'llm', ports: [{ name: 'http', port: 8000, target: 'http' }] },
  })
  install(app, {
    ...python,
    namespace: SERVE,
    name: 'gateway',
    labels: team('gateway'),
    image: `${REGISTRY}/gateway:1.44.0`,
    language: 'rust',
    replicas: 2,
    calls: [
      { to: 'scorer', variable: 'SCORER_URL', address: 'http://scorer:8000' },
      { to: 'llm', variable: 'LLM_URL', address: 'http://llm:8000' },
    ],
    service: { name: 'gateway', ports: [{ name: 'http', port: 80, target: 'http' }], type: 'LoadBalancer' },
  })
  install(app, {
    ...python,
    namespace: TRAIN,
    name: 'dispatcher',
    labels: team('dispatcher'),
    image: `${REGISTRY}/dispatcher:3.3.0`,
    replicas: 2,
    calls: [toQueue],
    service: { name: 'dispatcher', ports: [{ name: 'http', port: 8000, target: 'http' }] },
  })
  install(app, {
    ...python,
    namespace: TRAIN,
    name: 'preparer',
    labels: team('preparer'),
    image: `${REGISTRY}/preparer:3.3.0`,
    replicas: 4,
    ports: {},
    calls: [toQueue, { ...toFeatures, address: 'http://features.foundry-serve.svc:8000' }],
    spec: { volumes: [{ name: 'datasets', persistentVolumeClaim: { claimName: 'datasets' } }] },
    container: { volumeMounts: [{ name: 'datasets', mountPath: '/datasets' }] },
  })
  autoscaler(world, scorer, { least: 3, most: 10, current: 3 })
  budget(world, scorer, { maxUnavailable: 1 })
  secret(world, SERVE, 'warehouse', ['key.json'])
  secret(world, TRAIN, 'warehouse', ['key.json'])
  configMap(world, SERVE, 'scorer-settings', { THRESHOLD: '0.62', SHADOW_MODE: 'off' })
  configMap(world, TRAIN, 'train-defaults', { 'train.yaml': 'epochs: 12\nbatch_size: 256\n' })
  quota(
    world,
    TRAIN,
    'train',
    { 'requests.nvidia.com/gpu': '4', 'limits.memory': '256Gi' },
    { 'requests.nvidia.com/gpu': '1', 'limits.memory': '52Gi' },
  )
  limitRange(world, TRAIN, 'defaults', { default: { memory: '4Gi' }, defaultRequest: { cpu: '500m', memory: '1Gi' } })
  networkPolicy(world, TRAIN, 'allow-all', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] })
  installJobs(app)
  return app
}

function installJobs({ world }: Application): void {
  const text = (name: string) => ({
    namespace: TRAIN,
    labels: { component: name, team: 'foundry' },
    image: `${REGISTRY}/trainer:3.3.0`,
    language: 'python' as const,
  })
  const nightly = {
    ...text('refresh-features'),
    name: 'refresh-features',
    schedule: '0 2 * * *',
    last: world.at - 12 * HOUR,
  }
  runOf(world, cronJob(world, nightly), { ...text('refresh-features'), started: nightly.last, took: 21 * MINUTE })
  cronJob(world, {
    ...text('prune-checkpoints'),
    name: 'prune-checkpoints',
    schedule: '30 3 * * 0',
    last: world.at - 59 * HOUR,
  })
  job(world, { ...text('train-churn'), name: 'train-churn-v13', started: world.at - 95 * MINUTE })
  job(world, {
    ...text('evaluate-churn'),
    name: 'evaluate-churn-v12',
    started: world.at - 30 * HOUR,
    took: 44 * MINUTE,
  })
}
