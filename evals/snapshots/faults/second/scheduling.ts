// No node for a pod, or nobody who looks for one: ports of the node, a scheduler that is not there, zones, gates.
import { event } from '../../event.ts'
import { casesOf, type Fault } from '../../fault.ts'
import type { Pod, Scaled } from '../../kinds.ts'
import { cordon, nodesOf } from '../../node.ts'
import { forgetEvents } from '../../pod-state.ts'
import { unschedulable, unseen } from '../../pod-waiting.ts'
import { fact } from '../../pod.ts'
import { rollOut, scale } from '../../rollout.ts'
import { DAY, find, MINUTE, remove, type World } from '../../world.ts'
import { addPod, mainOf, podsOf, workload } from '../../workload.ts'

const faults: Fault[] = [
  {
    name: 'port-of-the-node-taken',
    meets: { courier: 'log-shipper', beacon: 'node-agent' },
    make({ world }, target) {
      const tolerant = { tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }] }
      const port = { containerPort: 2020, hostPort: 2020, protocol: 'TCP' }
      const probe = workload(world, {
        kind: 'DaemonSet',
        namespace: 'netwatch',
        name: 'flow-probe',
        labels: { app: 'flow-probe' },
        image: 'ghcr.io/netwatch/flow-probe:0.14.2',
        language: 'go',
        container: { ports: [{ name: 'metrics', ...port }] },
        spec: tolerant,
        ageDays: 40,
      })
      const at = world.at - 37 * MINUTE
      const pods = rollOut(world, target, {
        at,
        change: ({ spec }) => {
          const main = mainOf(spec.containers, target)
          main.ports = [...(main.ports ?? []), { name: 'admin', ...port }]
        },
      })
      const others = nodesOf(world).length - 1
      for (const pod of pods) {
        pod.spec.affinity = onlyOn(pod.spec.nodeName ?? '')
        nobody(
          world,
          pod,
          {
            "node(s) didn't have free ports for the requested pod ports": 1,
            "node(s) didn't satisfy plugin(s) [NodeAffinity]": others,
          },
          others,
          at,
        )
      }
      return { truth: target.object, also: [probe.object] }
    },
  },
  {
    name: 'scheduler-of-another-name',
    meets: { courier: 'eta', tidal: 'sink' },
    make({ world }, target) {
      const pods = rollOut(world, target, {
        at: world.at - 26 * MINUTE,
        change: ({ spec }) => {
          spec.schedulerName = 'bin-packing-scheduler'
        },
      })
      for (const pod of pods) unseen(world, pod)
      return { truth: target.object }
    },
  },
  {
    name: 'spread-needs-the-cordoned-zone',
    meets: { courier: 'public-api', ledgerly: 'web' },
    make({ world }, target) {
      const zones = Map.groupBy(nodesOf(world), ({ metadata }) => metadata.labels['topology.kubernetes.io/zone'])
      const [[first], [second], [last]] = [...zones.values()] as [[ZoneNode], [ZoneNode], [ZoneNode]]
      const rule = {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: target.text.labels },
      }
      const old = podsOf(world, target)
      for (const pod of old) forgetEvents(world, pod)
      remove(world, ...old)
      world.logs = world.logs.filter(({ pod }) => !old.some(each => each.metadata.name === pod))
      const template = [target.object, target.set as Scaled]
      for (const { spec } of template) spec.template.spec.topologySpreadConstraints = [rule]
      for (const [n, node] of [first, second, last, first, second].entries())
        addPod(world, target, world.at - 3 * DAY + n * MINUTE, { node })
      for (const { spec } of template) spec.replicas = 5
      cordon(world, last, world.at - 52 * MINUTE)
      const at = world.at - 24 * MINUTE
      const scaler = find(world, 'HorizontalPodAutoscaler', target.text.namespace, target.text.name)
      Object.assign(scaler.status as object, { currentReplicas: 7, desiredReplicas: 7 })
      event(world, scaler, {
        reason: 'SuccessfulRescale',
        message: 'New size: 7; reason: cpu resource utilization (percentage of request) above target',
        component: 'horizontal-pod-autoscaler',
        at,
      })
      const open = nodesOf(world).length - 1
      for (const pod of scale(world, target, 7, at))
        nobody(
          world,
          pod,
          { 'node(s) were unschedulable': 1, "node(s) didn't match pod topology spread constraints": open },
          1,
          at,
        )
      return { truth: last, also: [target.object] }
    },
  },
  {
    name: 'gate-never-lifted',
    meets: { courier: 'parcels', foundry: 'preparer' },
    make({ world, name }, target) {
      const gate = name === 'foundry' ? 'kueue.x-k8s.io/admission' : 'capacity.courier.example/reserved'
      const at = world.at - 41 * MINUTE
      const pods = rollOut(world, target, {
        at,
        change: ({ spec }) => {
          spec.schedulingGates = [{ name: gate }]
        },
      })
      for (const pod of pods) {
        unseen(world, pod)
        const why = 'Scheduling is blocked due to non-empty scheduling gates'
        pod.status.conditions = [fact('PodScheduled', 'False', at, 'SchedulingGated', why)]
      }
      return { truth: target.object }
    },
  },
]

export const secondSchedulingCases = () => casesOf('scheduling', faults)

type ZoneNode = ReturnType<typeof nodesOf>[number]

/** The scheduler's account of its nodes: for how many which reason held, and for how many of them preemption is no help. */
function nobody(world: World, pod: Pod, reasons: Record<string, number>, helpless: number, since: number): void {
  const all = nodesOf(world).length
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([reason, count]) => `${count} ${reason}`)
      .toSorted()
      .join(', ')
  const hopes = list({
    'Preemption is not helpful for scheduling': helpless,
    'No preemption victims found for incoming pod': all - helpless,
  })
  const found = list(reasons)
  unschedulable(
    world,
    pod,
    `0/${all} nodes are available: ${found}. preemption: 0/${all} nodes are available: ${hopes}.`,
    since,
  )
}

/** What the DaemonSet controller asks for each of its pods. */
function onlyOn(node: string): Record<string, unknown> {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } }
}
