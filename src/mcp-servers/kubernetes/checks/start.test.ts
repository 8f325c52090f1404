// A container that does not come to run its program: each cause is told from the others by what the kubelet and the runtime say.
import { expect, test } from 'vitest'
import { ago, crashing, event, node, pod, service, viewOf, workload } from '../../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../../test/kubernetes/objects.ts'
import { verdictsOf } from '../../../../test/kubernetes/verdicts.ts'
import { runChecks } from './index.ts'

const well = [...workload('cart'), service('cart'), ...workload('checkout'), service('checkout'), node('node-1')]
const POD = 'cart-7f9dd8b6c2-aaaaa'
const rest = well.filter(({ metadata }) => metadata.name !== POD)

function waits(reason: string, message: string): Raw[] {
  const state = { ready: false, state: { waiting: { reason, message } } }
  return [...rest, pod('cart', 'aaaaa', { created: ago(5), state, status: { phase: 'Pending' } })]
}

test.each([
  ['configmap "cart-settings" not found', 'ConfigMap cart-settings'],
  ['secret "cart-db" not found', 'Secret cart-db'],
  ["couldn't find key URL in Secret shop/cart-db", 'key URL of Secret cart-db'],
  ["couldn't find key mode in ConfigMap shop/cart-settings", 'key mode of ConfigMap cart-settings'],
])('%s: what is missing is named', (message, missing) => {
  const [first] = runChecks(viewOf(waits('CreateContainerConfigError', message)))
  expect(first).toMatchObject({ object: { kind: 'Deployment', name: 'cart' }, points: 10 })
  expect(first?.text).toBe(`cart: cart cannot be set up: ${missing} is not there`)
})

test('a volume that came late is no fault', () => {
  const late = event('FailedMount', 'MountVolume.SetUp failed for volume "tls" : secret "cart-tls" not found', {
    kind: 'Pod',
    name: POD,
  })
  expect(verdictsOf([...well, late])).toEqual([])
})

const RUNTIME =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: '

test.each([
  ['CommandNotFound', `${RUNTIME}"serve": executable file not found in $PATH: unknown`],
  ['CommandNotFound', `${RUNTIME}"/app/serve": stat /app/serve: no such file or directory: unknown`],
  ['NotExecutable', `${RUNTIME}"/app/serve": permission denied: unknown`],
  ['MemoryLimitTooLow', 'runc create failed: container init was OOM-killed (memory limit too low?): unknown'],
  ['RunAsRefused', 'container has runAsNonRoot and image will run as root (pod: "cart_shop(1)", container: cart)'],
])('%s, as the runtime says it', (fault, message) => {
  const reason = fault === 'RunAsRefused' ? 'CreateContainerConfigError' : 'RunContainerError'
  expect(verdictsOf(waits(reason, message))).toEqual([`Deployment/shop/cart ${fault} 10`])
})

test('a pod that its node does not take, and none in its place; not where the next one was taken', () => {
  const rejected = pod('cart', 'ccccc', {
    created: ago(6),
    status: { phase: 'Failed', reason: 'UnexpectedAdmissionError', message: 'Allocate failed', containerStatuses: [] },
  })
  const short = rest.map(each =>
    each.kind === 'Deployment' && each.metadata.name === 'cart'
      ? { ...each, status: { replicas: 2, availableReplicas: 1 } }
      : each,
  )
  expect(verdictsOf([...short, rejected])[0]).toBe('Deployment/shop/cart PodRejected 9')
  expect(verdictsOf([...well, rejected])).toEqual([])
})

test('another architecture, as the log says it; a shell that finds no command, by its exit code', () => {
  const [first] = verdictsOf([...rest, crashing('cart', 'aaaaa')], { [POD]: ['exec /app/serve: exec format error'] })
  expect(first).toBe('Deployment/shop/cart ExecFormatError 10')
  const terminated = { exitCode: 127, reason: 'Error', finishedAt: ago(1) }
  const state = {
    ready: false,
    restartCount: 3,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated },
  }
  expect(verdictsOf([...rest, pod('cart', 'aaaaa', { state })])[0]).toBe('Deployment/shop/cart CommandNotFound 10')
})

test('an image that is not found, or a file its program misses, is no missing command', () => {
  const pull = 'Back-off pulling image "cart:v9": ErrImagePull: registry.example/cart:v9: not found'
  const [first] = runChecks(viewOf(waits('ImagePullBackOff', pull)))
  expect(first).toMatchObject({ fault: 'ImagePullBackOff', points: 8, mend: 'correct the tag' })
  const missesFile = { [POD]: ['FATAL cannot start: open /etc/cart.yaml: no such file or directory'] }
  expect(verdictsOf([...rest, crashing('cart', 'aaaaa')], missesFile).join()).not.toMatch(/CommandNotFound/)
})

test('a registry that is not reached is outside; one image that it does not have, or a host of its own, is not', () => {
  const pulling = (name: string, why: string, host = 'registry.example') => {
    const image = `${host}/${name}:v2`
    const state = {
      ready: false,
      state: { waiting: { reason: 'ErrImagePull', message: `Failed to pull image "${image}": ${why}` } },
    }
    const spec = { containers: [{ name, image }] }
    return pod(name, 'ccccc', { created: ago(5), state, spec, status: { phase: 'Pending' } })
  }
  const away = 'dial tcp: lookup registry.example: i/o timeout'
  const both = [...well, pulling('cart', away), pulling('checkout', away)]
  expect(verdictsOf(both)[0]).toBe('External//registry.example RegistryFailing 14')
  expect(verdictsOf([...well, pulling('cart', away)])[0]).toBe('External//registry.example RegistryFailing 10')
  const misspelt = pulling('cart', 'dial tcp: lookup registri.example: no such host', 'registri.example')
  expect(verdictsOf([...well, misspelt])).toEqual(['Deployment/shop/cart ImagePullBackOff 8'])
  const broken = pulling(
    'cart',
    'unexpected status from HEAD request to https://registry.example/v2/: 503 Service Unavailable',
  )
  expect(verdictsOf([...well, broken])[0]).toBe('External//registry.example RegistryFailing 10')
  const unknown = 'manifest unknown'
  expect(verdictsOf([...well, pulling('cart', unknown), pulling('checkout', unknown)])).toEqual([
    'Deployment/shop/cart ImagePullBackOff 8',
    'Deployment/shop/checkout ImagePullBackOff 8',
  ])
})

const starting = (minutes: number, restartPolicy?: string) =>
  pod('cart', 'aaaaa', {
    created: ago(minutes),
    state: { ready: false, state: { waiting: { reason: 'PodInitializing' } } },
    spec: { containers: [{ name: 'cart' }], initContainers: [{ name: 'wait-for-db', restartPolicy }] },
    status: {
      phase: 'Pending',
      conditions: [
        { type: 'Initialized', status: 'False' },
        { type: 'PodScheduled', status: 'True' },
        { type: 'Ready', status: 'False', lastTransitionTime: ago(minutes) },
      ],
      initContainerStatuses: [{ name: 'wait-for-db', ready: false, state: { running: { startedAt: ago(minutes) } } }],
    },
  })

test('an init container that does not end; not one that began just now, and no sidecar', () => {
  expect(verdictsOf([...rest, starting(12)])).toEqual(['Deployment/shop/cart InitContainerStuck 8'])
  expect(verdictsOf([...rest, starting(1)])).toEqual([])
  expect(verdictsOf([...rest, starting(12, 'Always')])).toEqual([])
})

test('who waits for one that is unwell itself stands behind it', () => {
  const waitsForCheckout = { [POD]: ['waiting for checkout:80: connection refused'] }
  const broken = rest.filter(({ metadata }) => !metadata.name.startsWith('checkout-7f9dd8b6c2-'))
  const [first, ...others] = verdictsOf(
    [...broken, starting(12), crashing('checkout', 'aaaaa'), crashing('checkout', 'bbbbb')],
    waitsForCheckout,
  )
  expect(first).toBe('Deployment/shop/checkout CrashLoopBackOff 8')
  expect(others).toContain('Deployment/shop/cart InitContainerStuck 1.6')
})

test('who says nothing, but has the address of one that is unwell, is less likely the cause', () => {
  const caller = workload('web', { pod: { env: [{ name: 'CART', value: 'http://cart:80' }] } })
  const quiet = [
    ...caller.filter(({ kind }) => kind !== 'Pod'),
    pod('web', 'aaaaa', { created: ago(9), state: { ready: false } }),
  ]
  const objects = [
    ...rest.filter(({ kind, metadata }) => kind !== 'Pod' || !metadata.name.startsWith('cart')),
    ...quiet,
    service('web'),
  ]
  const broken = verdictsOf([...objects, crashing('cart', 'aaaaa')])
  expect(broken[0]).toBe('Deployment/shop/cart CrashLoopBackOff 8')
  expect(broken).toContain('Deployment/shop/web EndpointsEmpty 4')
  expect(verdictsOf([...objects, pod('cart', 'aaaaa')])).toEqual(['Deployment/shop/web EndpointsEmpty 8'])
})

const probed = (message: string) => [
  ...rest,
  pod('cart', 'aaaaa', { state: { ready: false } }),
  event('Unhealthy', message, { kind: 'Pod', name: POD }),
]

test('a probe that asks a path that is not there, of a program that runs well; not where the program is ill', () => {
  const notFound = probed('Readiness probe failed: HTTP probe failed with statuscode: 404')
  expect(verdictsOf(notFound)[0]).toBe('Deployment/shop/cart ReadinessProbeFailed 10')
  const ill = { [POD]: ['ERROR cannot load routes'] }
  expect(verdictsOf(notFound, ill)[0]).toBe('Deployment/shop/cart ReadinessProbeFailed 3')
  const overloaded = probed('Readiness probe failed: HTTP probe failed with statuscode: 503')
  expect(verdictsOf(overloaded)[0]).toBe('Deployment/shop/cart ReadinessProbeFailed 3')
})

test('plain HTTP asked where TLS is spoken', () => {
  const asked = 'Get "https://10.1.2.3:8080/healthz": http: server gave HTTP response to HTTPS client'
  expect(verdictsOf(probed(`Liveness probe failed: ${asked}`))[0]).toBe('Deployment/shop/cart LivenessProbeFailed 13')
})
