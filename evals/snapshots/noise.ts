// What a living cluster says all day: a deploy of something else, an autoscaler that moved, a job that is done, a warning
// that is over. None of it has to do with the fault, and all of it has ended well.
import { says, type Application } from './application.ts'
import { job } from './batch.ts'
import { event, warning } from './event.ts'
import { nodesOf } from './node.ts'
import { rollOut } from './rollout.ts'
import { between, MINUTE, pick, SECOND, type World } from './world.ts'
import { podsOf, type Workload } from './workload.ts'

/** `involved`: names of the workloads that the fault touches, to be left alone. */
export function live(app: Application, involved: readonly string[]): void {
  const { world } = app
  const others = app.workloads.filter(
    ({ text: { name, calls = [] } }) => !involved.includes(name) && !calls.some(({ to }) => involved.includes(to)),
  )
  const deployments = others.filter(
    ({ object, text }) => object.kind === 'Deployment' && app.namespaces.includes(text.namespace),
  )
  if (deployments.length > 0) deploy(world, pick(world, deployments))
  if (deployments.length > 0) hiccup(app, pick(world, deployments))
  rescale(world, involved)
  tidyUp(app)
  const node = pick(world, nodesOf(world))
  event(world, node, {
    reason: 'Starting',
    message: '',
    component: 'kube-proxy',
    host: node.metadata.name,
    at: world.at - 57 * MINUTE,
  })
}

/** A new image of something else, that came up well; while it came up a probe was too early once. */
function deploy(world: World, workload: Workload): void {
  const at = world.at - between(world, 24, 41) * MINUTE
  const pods = rollOut(world, workload, {
    at,
    done: true,
    change: ({ spec }) => {
      const main = spec.containers[0]
      if (main) main.image = main.image.replace(/:(.*)$/, ':$1-p1')
    },
  })
  const [first] = pods
  const probe = first?.spec.containers[0]?.readinessProbe?.httpGet
  const port = first?.spec.containers[0]?.ports?.[0]?.containerPort
  if (first && probe)
    warning(world, first, {
      reason: 'Unhealthy',
      message: `Readiness probe failed: Get "http://${first.status.podIP}:${port}${probe.path}": dial tcp ${first.status.podIP}:${port}: connect: connection refused`,
      component: 'kubelet',
      host: first.spec.nodeName,
      field: `spec.containers{${first.spec.containers[0]?.name}}`,
      at: at + 9 * SECOND,
    })
}

/** One call that failed and was tried again, a quarter of an hour ago. */
function hiccup(app: Application, workload: Workload): void {
  const pod = podsOf(app.world, workload).find(({ status }) => status.phase === 'Running')
  if (!pod) return
  const at = app.world.at - between(app.world, 960_000, 1_900_000)
  says(app, workload, pod, at, 'warn', `slow request took ${between(app.world, 1_400, 3_900)}ms, retrying once`)
  says(app, workload, pod, at + 2 * SECOND, 'info', 'retry succeeded')
}

function rescale(world: World, involved: readonly string[]): void {
  const scaler = world.objects.find(
    ({ kind, metadata: { name } }) => kind === 'HorizontalPodAutoscaler' && !involved.includes(name),
  )
  if (scaler)
    event(world, scaler, {
      reason: 'SuccessfulRescale',
      message: `New size: ${(scaler.status as { currentReplicas: number }).currentReplicas}; reason: All metrics below target`,
      component: 'horizontal-pod-autoscaler',
      at: world.at - 48 * MINUTE,
    })
}

function tidyUp(app: Application): void {
  const { world, namespaces, registry } = app
  const namespace = namespaces.at(-1) ?? 'default'
  const started = world.at - 52 * MINUTE
  job(world, {
    namespace,
    name: 'tidy-uploads-29551',
    labels: { 'app.kubernetes.io/name': 'tidy-uploads' },
    image: `${registry}/tidy:1.2.0`,
    language: 'plain',
    started,
    took: 2 * MINUTE,
  })
}
