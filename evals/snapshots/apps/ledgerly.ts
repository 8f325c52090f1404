// A bookkeeping SaaS with a mesh: every pod has a proxy beside it, labels `app` and `version`, ports by name, a database
// made by an operator from a custom resource, certificates by cert-manager, an admission webhook for policies.
import { install, type Application } from '../application.ts'
import { addStorageClass } from '../claim.ts'
import { cronJob, runOf } from '../batch.ts'
import type { Thing } from '../kinds.ts'
import { initOf, proxyOf } from '../mesh.ts'
import { node } from '../node.ts'
import { autoscaler, budget, configMap, ingress, secret } from '../policy.ts'
import { condition } from '../settle.ts'
import { installSystem } from '../system.ts'
import { add, DAY, emptyWorld, HOUR, metadataOf, MINUTE, stamp, type World } from '../world.ts'

const BOOKS = 'books'
const PAYROLL = 'payroll'
const REGISTRY = 'ledgerly.azurecr.io'
const VERSION = 'v1.31.6'

export function ledgerly(seed: string): Application {
  const world = emptyWorld(`ledgerly/${seed}`)
  const app: Application = {
    name: 'ledgerly',
    world,
    workloads: [],
    namespaces: [BOOKS, PAYROLL],
    storageClasses: ['managed-csi', 'azurefile-csi'],
    registry: REGISTRY,
    outside: [{ caller: 'bankfeed', variable: 'BANK_API', address: 'https://openbank.connect.example/api' }],
    masters: [],
  }
  for (const [number, letter] of [
    [0, '1'],
    [1, '2'],
    [2, '3'],
  ] as const)
    node(world, {
      name: `aks-work-38201144-vmss00000${number}`,
      zone: `westeurope-${letter}`,
      region: 'westeurope',
      capacity: { cpu: '8', memory: '32Gi' },
      version: VERSION,
      os: 'Ubuntu 22.04.5 LTS',
      labels: { agentpool: 'work', 'kubernetes.azure.com/mode': 'system' },
    })
  addStorageClass(world, 'managed-csi', 'disk.csi.azure.com', { standard: true })
  addStorageClass(world, 'azurefile-csi', 'file.csi.azure.com', { binding: 'Immediate' })
  installSystem(app, VERSION, { name: 'azure-cns', image: 'mcr.microsoft.com/containernetworking/azure-cns:v1.6.21' })
  installMesh(app)
  installOperators(app)

  const service = (
    name: string,
    version: string,
    calls: { to: string; variable: string; address: string }[],
    more = {},
  ) =>
    install(app, {
      namespace: BOOKS,
      name,
      labels: { app: name },
      more: { version },
      image: `${REGISTRY}/${name}:${version}.${name.length}`,
      language: 'go',
      replicas: 2,
      ports: { 'http-api': 8080 },
      calls,
      sidecars: [proxyOf('istio')],
      inits: [initOf('istio')],
      annotations: { 'sidecar.istio.io/status': '{"revision":"default"}' },
      service: { name, ports: [{ name: 'http', port: 8080, target: 'http-api' }] },
      ...more,
    })
  const toDatabase = {
    to: 'books-pg',
    variable: 'PGHOST',
    address: 'postgres://books@books-pg-rw.books.svc:5432/books',
  }
  const password = { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: 'books-pg-app', key: 'password' } } }
  service('accounts', 'v4', [toDatabase], { variables: [password], replicas: 3 })
  service(
    'invoices',
    'v7',
    [{ to: 'accounts', variable: 'ACCOUNTS_URL', address: 'http://accounts:8080' }, toDatabase],
    {
      language: 'node',
      replicas: 3,
      variables: [password],
      container: { envFrom: [{ configMapRef: { name: 'invoices-config' } }] },
    },
  )
  service('reports', 'v2', [{ to: 'invoices', variable: 'INVOICES_URL', address: 'http://invoices:8080' }], {
    language: 'python',
  })
  service('bankfeed', 'v3', [{ to: 'accounts', variable: 'ACCOUNTS_URL', address: 'http://accounts:8080' }], {
    language: 'java',
    variables: [
      { name: 'BANK_API', value: 'https://openbank.connect.example/api' },
      { name: 'BANK_TOKEN', valueFrom: { secretKeyRef: { name: 'bank-token', key: 'token' } } },
    ],
  })
  const web = service(
    'web',
    'v9',
    [
      { to: 'invoices', variable: 'INVOICES_URL', address: 'http://invoices.books.svc.cluster.local:8080' },
      { to: 'reports', variable: 'REPORTS_URL', address: 'http://reports.books.svc.cluster.local:8080' },
      { to: 'payrun', variable: 'PAYRUN_URL', address: 'http://payrun.payroll.svc.cluster.local:8080' },
    ],
    { language: 'node', replicas: 4 },
  )
  const payroll = { namespace: PAYROLL }
  service('payrun', 'v5', [{ to: 'taxes', variable: 'TAXES_URL', address: 'http://taxes:8080' }], {
    ...payroll,
    language: 'java',
    limits: { memory: '1Gi' },
  })
  service('taxes', 'v5', [], { ...payroll, language: 'rust' })
  ingress(world, BOOKS, 'web', {
    host: 'app.ledgerly.example',
    backend: 'web',
    port: 8080,
    tlsSecret: 'app-ledgerly-tls',
    className: 'istio',
  })
  secret(world, BOOKS, 'app-ledgerly-tls', ['tls.crt', 'tls.key'], 'kubernetes.io/tls')
  certificate(world, BOOKS, 'app-ledgerly', 'app-ledgerly-tls', 'app.ledgerly.example')
  secret(world, BOOKS, 'bank-token', ['token'])
  secret(world, BOOKS, 'books-pg-app', ['username', 'password', 'uri'], 'kubernetes.io/basic-auth')
  configMap(world, BOOKS, 'invoices-config', {
    PAGE_SIZE: '50',
    NEW_TAX_RULES: 'false',
    PDF_RENDERER: 'http://pdf.tools:9000',
  })
  autoscaler(world, web, { least: 4, most: 12, current: 4 })
  budget(world, web, { maxUnavailable: 1 })
  const closing = {
    namespace: PAYROLL,
    labels: { app: 'month-close' },
    image: `${REGISTRY}/month-close:v5.2`,
    language: 'java' as const,
  }
  const cron = cronJob(world, { ...closing, name: 'month-close', schedule: '15 1 * * *', last: world.at - 13 * HOUR })
  runOf(world, cron, { ...closing, started: world.at - 13 * HOUR, took: 6 * MINUTE })
  return app
}

function installMesh(app: Application): void {
  const { world } = app
  install(app, {
    namespace: 'istio-system',
    name: 'istiod',
    labels: { app: 'istiod' },
    more: { istio: 'pilot' },
    image: 'docker.io/istio/pilot:1.25.1',
    language: 'plain',
    ports: { discovery: 15012, http: 8080 },
    container: { name: 'discovery' },
    service: { name: 'istiod', ports: [{ name: 'https-dns', port: 15012, target: 15012 }] },
  })
  add(world, {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: metadataOf(world, 'PeerAuthentication', 'istio-system', 'default', { created: world.at - 50 * DAY }),
    spec: { mtls: { mode: 'STRICT' } },
  })
  add(world, {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: metadataOf(world, 'VirtualService', BOOKS, 'invoices', { created: world.at - 50 * DAY }),
    spec: {
      hosts: ['invoices'],
      http: [{ route: [{ destination: { host: 'invoices', subset: 'v7' }, weight: 100 }] }],
    },
  })
  add(world, {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: metadataOf(world, 'DestinationRule', BOOKS, 'invoices', { created: world.at - 50 * DAY }),
    spec: { host: 'invoices', subsets: [{ name: 'v7', labels: { version: 'v7' } }] },
  })
}

function installOperators(app: Application): void {
  const { world } = app
  install(app, {
    namespace: 'cnpg-system',
    name: 'pg-operator',
    labels: { 'app.kubernetes.io/name': 'pg-operator' },
    image: 'ghcr.io/pg-operator/manager:1.25.1',
    language: 'go',
    ports: { webhook: 9443 },
    service: { name: 'pg-operator-webhook', ports: [{ port: 443, target: 9443 }] },
  })
  const cluster = add(world, {
    apiVersion: 'pg.operators.example/v1',
    kind: 'PostgresCluster',
    metadata: {
      ...metadataOf(world, 'PostgresCluster', BOOKS, 'books-pg', { created: world.at - 80 * DAY }),
      generation: 2,
    },
    spec: {
      instances: 1,
      storage: { size: '100Gi', storageClass: 'managed-csi' },
      imageName: 'ghcr.io/pg-operator/postgres:16.8',
    },
    status: {
      phase: 'Cluster in healthy state',
      instances: 1,
      readyInstances: 1,
      conditions: [condition('Ready', true, 'ClusterIsReady', 'Cluster is Ready', world.at - 20 * DAY)],
    },
  })
  install(app, {
    kind: 'StatefulSet',
    namespace: BOOKS,
    name: 'books-pg',
    labels: { 'pg.operators.example/cluster': 'books-pg' },
    more: { role: 'primary' },
    image: 'ghcr.io/pg-operator/postgres:16.8',
    language: 'postgres',
    ports: { postgresql: 5432 },
    probe: 'tcp',
    limits: { memory: '4Gi' },
    container: { name: 'postgres' },
    claims: [{ name: 'pgdata', size: '100Gi', storageClass: 'managed-csi', mountPath: '/var/lib/postgresql/data' }],
    service: { name: 'books-pg-rw', ports: [{ name: 'postgres', port: 5432, target: 5432 }] },
    owner: cluster,
  })
  install(app, {
    namespace: 'policy-system',
    name: 'policy-controller',
    labels: { 'app.kubernetes.io/name': 'policy-controller' },
    image: 'ghcr.io/clusterpolicy/controller:v0.31.0',
    language: 'go',
    replicas: 2,
    ports: { webhook: 9443 },
    service: { name: 'policy-webhook', ports: [{ name: 'https', port: 443, target: 'webhook' }] },
  })
  install(app, {
    namespace: 'cert-manager',
    name: 'cert-manager',
    labels: { 'app.kubernetes.io/name': 'cert-manager' },
    image: 'quay.io/jetstack/cert-manager-controller:v1.17.1',
    language: 'plain',
    probe: false,
  })
  add(world, validatingWebhook(world, 'policy-controller', 'policy-system', 'policy-webhook'))
}

export function validatingWebhook(world: World, name: string, namespace: string, service: string): Thing {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: {
      ...metadataOf(world, 'ValidatingWebhookConfiguration', undefined, name, { created: world.at - 70 * DAY }),
      generation: 3,
    },
    webhooks: [
      {
        name: `validate.${name}.example`,
        clientConfig: {
          service: { name: service, namespace, path: '/validate', port: 443 },
          caBundle: 'LS0tLS1CRUdJTg==',
        },
        failurePolicy: 'Fail',
        timeoutSeconds: 10,
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        rules: [
          {
            apiGroups: ['', 'apps'],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['pods', 'deployments'],
          },
        ],
      },
    ],
  }
}

export function certificate(world: World, namespace: string, name: string, secretName: string, host: string): Thing {
  return add(world, {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { ...metadataOf(world, 'Certificate', namespace, name, { created: world.at - 70 * DAY }), generation: 1 },
    spec: { secretName, dnsNames: [host], issuerRef: { kind: 'ClusterIssuer', name: 'letsencrypt' } },
    status: {
      notBefore: stamp(world.at - 30 * DAY),
      notAfter: stamp(world.at + 60 * DAY),
      renewalTime: stamp(world.at + 30 * DAY),
      revision: 4,
      conditions: [
        condition('Ready', true, 'Ready', 'Certificate is up to date and has not expired', world.at - 30 * DAY),
      ],
    },
  })
}
