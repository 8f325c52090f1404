// No node for a pod: requests, taints, affinity, claims, zones; or no pod at all, where a quota refuses it.

import { callersFail } from '../application.ts'
import { event } from '../event.ts'
import { casesOf, type Fault } from '../fault.ts'
import type { Node, Pod, PodSpec, Scaled } from '../kinds.ts'
import { nodesOf, podsOn } from '../node.ts'
import { forgetEvents } from '../pod-state.ts'
import { unschedulable } from '../pod-waiting.ts'
import { fits, giveAddress } from '../pod.ts'
import { quota } from '../policy.ts'
import { forbidden, refuse } from '../refuse.ts'
import { rollOut, saysScaled, scale } from '../rollout.ts'
import { milli } from '../usage.ts'
import { find, MINUTE, next, remove, SECOND, type World } from '../world.ts'
import { addPod, mainOf, podsOf, specsOf, workload, type Workload } from '../workload.ts'

const faults: Fault[] = [
  {
    name: 'request-larger-than-any-node',
    meets: { larder: 'till', beacon: 'ruler' },
    make({ world }, target) {
      const pods = rollOut(world, target, {
        at: world.at - 21 * MINUTE,
        change: ({ spec }) => {
          mainOf(spec.containers, target).resources = {
            requests: { cpu: '500m', memory: '96Gi' },
            limits: { memory: '96Gi' },
          }
        },
      })
      for (const pod of pods) nobodyFits(world, pod, 'Insufficient memory', world.at - 21 * MINUTE)
      return { truth: target.object }
    },
  },
  {
    name: 'selector-names-no-node',
    meets: { tidal: 'windows', ledgerly: 'reports', foundry: 'llm' },
    make({ world }, target) {
      const at = world.at - 16 * MINUTE
      const change = ({ spec }: { spec: PodSpec }) => {
        spec.nodeSelector = { ...spec.nodeSelector, 'disk-type': 'nvme-gen5' }
      }
      const pods = rolledOnNobody(world, target, at, change)
      for (const pod of pods) nobodyFits(world, pod, "node(s) didn't match Pod's node affinity/selector", at, false)
      return { truth: target.object }
    },
  },
  {
    name: 'nodes-tainted-and-left',
    meets: { tidal: 'ingest', ledgerly: 'payrun' },
    make(app, target) {
      const { world } = app
      const workers = nodesOf(world).filter(({ spec }) => !spec.taints)
      const [gone, ...others] = podsOf(world, target)
      for (const node of workers)
        node.spec.taints = [{ key: 'maintenance', value: 'storage-upgrade', effect: 'NoSchedule' }]
      const pods = [gone, ...(target.text.replicas === 2 ? others : [])].filter(pod => pod !== undefined)
      remove(world, ...pods)
      const at = world.at - 26 * MINUTE
      for (const _ of pods) {
        for (const node of workers) node.spec.taints = undefined
        const pod = addPod(world, target, at)
        for (const node of workers)
          node.spec.taints = [{ key: 'maintenance', value: 'storage-upgrade', effect: 'NoSchedule' }]
        const all = nodesOf(world).length
        const masters = all - workers.length
        const own =
          masters > 0 ? `${masters} node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, ` : ''
        unschedulable(
          world,
          pod,
          `0/${all} nodes are available: ${own}${workers.length} node(s) had untolerated taint {maintenance: storage-upgrade}. preemption: 0/${all} nodes are available: ${all} Preemption is not helpful for scheduling.`,
          at,
        )
      }
      if (pods.length === target.text.replicas) callersFail(app, target, 'refused', 20)
      const [first, ...rest] = workers
      return { truth: first ?? target.object, also: [...rest, target.object] }
    },
  },
  {
    name: 'anti-affinity-wants-more-nodes',
    meets: { larder: 'basket', beacon: 'gateway' },
    make({ world }, target) {
      const rule = { labelSelector: { matchLabels: target.text.labels }, topologyKey: 'kubernetes.io/hostname' }
      const change = ({ spec }: { spec: PodSpec }) => {
        spec.affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [rule] } }
      }
      const nodes = nodesOf(world).filter(({ spec }) => !spec.taints)
      rollOut(world, target, { at: world.at - 58 * MINUTE, done: true, change })
      const at = world.at - 33 * MINUTE
      scale(world, target, nodes.length + 2, at)
      for (const [n, pod] of podsOf(world, target).entries()) {
        const node = nodes[n]
        if (node) moveTo(world, pod, node)
        else nobodyFits(world, pod, "node(s) didn't match pod anti-affinity rules", at)
      }
      return { truth: target.object }
    },
  },
  {
    name: 'quota-used-up',
    meets: { tidal: 'query', foundry: 'dispatcher' },
    make({ world }, target) {
      const { namespace } = target.text
      const inside = (world.objects as Pod[]).filter(
        ({ kind, metadata }) => kind === 'Pod' && metadata.namespace === namespace,
      )
      const used = inside.reduce((sum, pod) => sum + cpuOf(pod), 0)
      const [asked = 0] = podsOf(world, target).map(cpuOf)
      const bound = quota(
        world,
        namespace,
        'team-budget',
        { 'requests.cpu': `${used + 50}m` },
        { 'requests.cpu': `${used}m` },
      )
      const at = world.at - 28 * MINUTE
      const why = `exceeded quota: team-budget, requested: requests.cpu=${asked}m, used: requests.cpu=${used}m, limited: requests.cpu=${used + 50}m`
      refuse(world, target, scale(world, target, 5, at), forbidden(target, why), at)
      return { truth: bound, also: [target.object] }
    },
  },
  {
    name: 'volume-in-a-zone-without-nodes',
    meets: { larder: 'stock-db', ledgerly: 'books-pg' },
    make(app, target) {
      const { world } = app
      const [pod] = podsOf(world, target)
      const claimName =
        pod?.spec.volumes?.find(each => each.persistentVolumeClaim)?.persistentVolumeClaim?.claimName ?? ''
      const claim = find(world, 'PersistentVolumeClaim', target.text.namespace, claimName)
      const volume = find(
        world,
        'PersistentVolume',
        undefined,
        String((claim.spec as { volumeName: string }).volumeName),
      )
      const term = {
        key: 'topology.kubernetes.io/zone',
        operator: 'In',
        values: [target.text.name === 'stock-db' ? 'eu-west-1d' : 'westeurope-4'],
      }
      Object.assign(volume.spec as object, {
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [term] }] } },
      })
      const at = world.at - 19 * MINUTE
      for (const again of recreated(world, target, at))
        nobodyFits(world, again, 'node(s) had volume node affinity conflict', at, false)
      callersFail(app, target, 'refused', 18)
      return { truth: volume, also: [claim, target.object] }
    },
  },
  {
    name: 'claim-that-is-not-there',
    meets: { larder: 'photos', foundry: 'preparer' },
    make(app, target) {
      const { world } = app
      const at = world.at - 14 * MINUTE
      const name = target.text.name === 'photos' ? 'pictures-v2' : 'datasets-2026'
      const pods = rollOut(world, target, {
        at,
        change: ({ spec }) => {
          for (const volume of spec.volumes ?? [])
            if (volume.persistentVolumeClaim) volume.persistentVolumeClaim.claimName = name
        },
      })
      const all = nodesOf(world).length
      for (const pod of pods)
        unschedulable(
          world,
          pod,
          `0/${all} nodes are available: persistentvolumeclaim "${name}" not found. preemption: 0/${all} nodes are available: ${all} Preemption is not helpful for scheduling.`,
          at,
        )
      callersFail(app, target, 'refused', 13)
      return { truth: target.object, also: [{ kind: 'PersistentVolumeClaim', namespace: target.text.namespace, name }] }
    },
  },
  {
    name: 'cluster-filled-by-a-sweep',
    meets: { larder: 'prices', foundry: 'scorer' },
    make({ world }, target) {
      for (const { containers } of specsOf(world, target)) mainOf(containers, target).resources = DEMAND
      const hog = sweep(world, target)
      const at = world.at - 23 * MINUTE
      for (const pod of scale(world, target, (target.text.replicas ?? 1) + 2, at))
        nobodyFits(world, pod, 'Insufficient cpu', at)
      return { truth: hog.object, also: [target.object] }
    },
  },
  {
    name: 'preempted-by-a-sweep',
    meets: { ledgerly: 'taxes', beacon: 'charts' },
    make(app, target) {
      const { world } = app
      for (const { containers } of specsOf(world, target)) mainOf(containers, target).resources = DEMAND
      const lost = podsOf(world, target)
      remove(world, ...lost)
      const hog = sweep(world, target, { priorityClassName: 'urgent', priority: 1_000_000 })
      const at = world.at - 27 * MINUTE
      for (const pod of lost) {
        const winner = podsOf(world, hog).find(({ spec }) => spec.nodeName === pod.spec.nodeName)
        event(world, pod, {
          reason: 'Preempted',
          message: `Preempted by pod ${winner?.metadata.uid} on node ${pod.spec.nodeName}`,
          component: 'default-scheduler',
          at,
        })
      }
      for (const _ of lost)
        nobodyFits(world, addPod(world, target, at + 2 * SECOND), 'Insufficient cpu', at + 2 * SECOND)
      callersFail(app, target, 'refused', 25)
      return { truth: hog.object, also: [{ kind: 'PriorityClass', name: 'urgent' }, target.object] }
    },
  },
]

export const schedulingCases = () => casesOf('scheduling', faults)

/** What the scheduler says when no node will do: those with taints of their own for these, the others for `reason`. */
export function nobodyFits(world: World, pod: Pod, reason: string, since: number, preemptible = true): void {
  const nodes = nodesOf(world)
  const { nodeSelector: _wanted, ...anywhere } = pod.spec
  const open = nodes.filter(node => fits(node, anywhere))
  const taints = new Map<string, number>()
  for (const node of nodes.filter(each => !open.includes(each))) {
    const [taint] = node.spec.taints ?? []
    const text = `node(s) had untolerated taint {${taint?.key}: ${taint?.value ?? ''}}`
    taints.set(text, (taints.get(text) ?? 0) + 1)
  }
  const all = [[reason, open.length] as const, ...taints].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const found = all.map(([text, count]) => `${count} ${text}`).join(', ')
  const closed = nodes.length - open.length
  const helpless = `${preemptible ? closed : nodes.length} Preemption is not helpful for scheduling`
  const victims = `${open.length} No preemption victims found for incoming pod`
  const hopes = !preemptible ? helpless : closed > 0 ? `${helpless}, ${victims}` : victims
  const total = nodes.length
  unschedulable(
    world,
    pod,
    `0/${total} nodes are available: ${found}. preemption: 0/${total} nodes are available: ${hopes}.`,
    since,
  )
}

/** The pods of a StatefulSet are made again, and nothing more is known of them yet. */
export function recreated(world: World, target: Workload, at: number): Pod[] {
  const old = podsOf(world, target)
  for (const pod of old) forgetEvents(world, pod)
  remove(world, ...old)
  world.logs = world.logs.filter(({ pod }) => !old.some(each => each.metadata.name === pod))
  return old.map(pod =>
    addPod(world, target, at, { ordinal: Number(pod.metadata.labels['apps.kubernetes.io/pod-index']) }),
  )
}

/** As rollOut, for templates that fit no node: the pods are made for any node and then have none. */
export function rolledOnNobody(
  world: World,
  target: Workload,
  at: number,
  change: (template: { spec: PodSpec }) => void,
): Pod[] {
  const pods = rollOut(world, target, { at, change: () => {} })
  change(target.object.spec.template)
  change((target.set as Scaled).spec.template)
  for (const pod of pods) change(pod)
  return pods
}

function moveTo(world: World, pod: Pod, node: Node): void {
  for (const seen of world.events)
    if (seen.reason === 'Scheduled' && (seen.involvedObject as { name: string }).name === pod.metadata.name)
      seen.message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${node.metadata.name}`
  pod.spec.nodeName = node.metadata.name
  pod.status.hostIP = node.status.addresses[0]?.address
  giveAddress(pod, node, next(world, `pods of ${node.metadata.name}`))
}

/** What the target asks for where a sweep takes it away. */
const DEMAND = { requests: { cpu: '2', memory: '512Mi' }, limits: { memory: '1Gi' } }
/** Of a pod of the sweep: a little less, so that what they leave of a node is too little for the target. */
const SWEEP_CPU = 1_900

/** A sweep of somebody's experiment: as many pods as go onto the nodes where the target may run. */
function sweep(world: World, target: Workload, more: Partial<PodSpec> = {}): Workload {
  const hog = workload(world, {
    namespace: 'experiments',
    name: 'parameter-sweep',
    labels: { app: 'parameter-sweep' },
    image: 'docker.io/library/python:3.12-slim',
    language: 'python',
    replicas: 0,
    requests: { cpu: `${SWEEP_CPU}m`, memory: '512Mi' },
    limits: { memory: '1Gi' },
    spec: more,
    ageDays: 15,
  })
  for (const node of nodesOf(world).filter(each => fits(each, target.object.spec.template.spec))) {
    const used = podsOn(world, node).reduce((sum, pod) => sum + cpuOf(pod), 0)
    const room = Math.floor((milli(node.status.allocatable.cpu) - used) / SWEEP_CPU)
    for (let n = 0; n < room; n++) addPod(world, hog, world.at - 27 * MINUTE, { node })
  }
  const count = podsOf(world, hog).length
  hog.object.spec.replicas = count
  ;(hog.set as Scaled).spec.replicas = count
  saysScaled(world, hog.object, hog.set.metadata.name, 0, count, world.at - 27 * MINUTE)
  return hog
}

/** What a pod asks for, in thousandths of a CPU; one that has ended asks for nothing. */
function cpuOf({ spec, status }: Pod): number {
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return 0
  return spec.containers.reduce((sum, { resources }) => sum + milli(resources.requests?.cpu), 0)
}
