// It ran, and now it does not: memory, a bug, a probe that finds it dead; or its node, its kubelet or its runtime.
import { callersFail, keepSaying, linesIn, says, type Application } from '../application.ts'
import { givesUp, runOf } from '../batch.ts'
import { event, warning } from '../event.ts'
import { casesOf, type Fault } from '../fault.ts'
import type { Node, Pod } from '../kinds.ts'
import { isNotReady, isUnderPressure, losesContact, nodesOf, podsOn } from '../node.ts'
import { crashes, evict, FAILED, isLost, isTerminating, killedByProbe, OOM_KILLED } from '../pod-state.ts'
import { staysCreating } from '../pod-waiting.ts'
import { saysMade } from '../rollout.ts'
import { find, HOUR, MINUTE, SECOND, stamp, type World } from '../world.ts'
import { addPod, podsOf, workload } from '../workload.ts'

const faults: Fault[] = [
  {
    name: 'memory-grows-until-killed',
    meets: { tidal: 'windows', larder: 'stock', beacon: 'intake' },
    make(app, target) {
      const { world } = app
      for (const [n, pod] of podsOf(world, target).entries()) {
        if (n === 2) continue
        crashes(world, pod, {
          container: target.text.name,
          death: { ...OOM_KILLED, ranSeconds: 340 + n * 60 },
          since: world.at - 55 * MINUTE,
        })
        for (let k = 0; k < 4; k++)
          says(
            app,
            target,
            pod,
            world.at - (10 - 2 * k) * MINUTE,
            'warn',
            `cache holds ${(k + 3) * 61_000} entries, heap ${68 + k * 9}% used`,
          )
      }
      callersFail(app, target, 'reset', 8)
      return { truth: target.object }
    },
  },
  {
    name: 'crashes-on-one-input',
    meets: { foundry: 'scorer', ledgerly: 'invoices' },
    make(app, target) {
      const { world } = app
      const { language, name } = target.text
      const words =
        language === 'python'
          ? [
              'Traceback (most recent call last):',
              '  File "/app/scorer/score.py", line 118, in score',
              '    ratio = spend / visits',
              'ZeroDivisionError: division by zero',
            ]
          : [
              'Uncaught exception',
              "TypeError: Cannot read properties of null (reading 'currency')",
              '    at totalOf (/app/src/totals.js:41:27)',
            ]
      for (const pod of podsOf(world, target))
        crashes(world, pod, {
          container: name,
          death: { ...FAILED, ranSeconds: 25 },
          since: world.at - 28 * MINUTE,
          says: linesIn(language, name, words),
        })
      callersFail(app, target, 'refused', 14)
      return { truth: target.object }
    },
  },
  {
    name: 'hangs-and-is-killed',
    meets: { larder: 'basket', beacon: 'charts' },
    make(app, target) {
      const { world } = app
      const { name, ports = {}, probe = '/healthz' } = target.text
      const [port] = Object.values(ports)
      for (const pod of podsOf(world, target)) {
        const path = `http://${pod.status.podIP}:${port}${probe}`
        const message = `Get "${path}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
        killedByProbe(world, pod, { probe: 'Liveness', message, restarts: 7, container: name })
      }
      keepSaying(app, target, 'warn', 'waiting for lock on session table, held for 31s by worker-4')
      callersFail(app, target, 'timeout', 11)
      return { truth: target.object }
    },
  },
  {
    name: 'neighbour-eats-the-memory-of-a-node',
    meets: { foundry: 'features', larder: 'prices' },
    make(app, target) {
      const { world } = app
      const [victim] = podsOf(world, target)
      const node = nodeOf(world, victim)
      const eater = workload(world, {
        namespace: 'analytics',
        name: 'notebook',
        labels: { app: 'notebook' },
        image: 'quay.io/jupyter/scipy-notebook:2025-03-05',
        language: 'plain',
        requests: { cpu: '500m', memory: '2Gi' },
        limits: {},
        spec: { priorityClassName: 'interactive', priority: 100_000 },
        ageDays: 3,
        replicas: 0,
      })
      eater.object.spec.replicas = 1
      const glutton = addPod(world, eater, world.at - 3 * HOUR, { node })
      isUnderPressure(world, node, 'MemoryPressure', world.at - 9 * MINUTE)
      warning(world, node, {
        reason: 'EvictionThresholdMet',
        message: 'Attempting to reclaim memory',
        component: 'kubelet',
        host: node.metadata.name,
        first: world.at - 9 * MINUTE,
        at: world.at - 2 * MINUTE,
        count: 4,
      })
      world.metrics.push({
        at: world.at,
        namespace: 'analytics',
        pod: glutton.metadata.name,
        container: 'notebook',
        cpu: '850m',
        memory: '13900Mi',
      })
      world.metrics.push({ at: world.at, node: node.metadata.name, cpu: '1900m', memory: '15300Mi' })
      if (victim) {
        evict(
          world,
          victim,
          `The node was low on resource: memory. Threshold quantity: 100Mi, available: 61Mi. Container ${target.text.name} was using 371Mi, request is 256Mi, has larger consumption of memory. `,
          world.at - 8 * MINUTE,
        )
        const other = nodesOf(world).find(each => each !== node && !each.spec.taints)
        const pod = addPod(world, target, world.at - 8 * MINUTE, { node: other })
        saysMade(world, target.set, 'create', pod.metadata.name, world.at - 8 * MINUTE)
      }
      return { truth: eater.object, also: [glutton, node] }
    },
  },
  {
    name: 'node-gone-silent',
    meets: { tidal: 'broker', ledgerly: 'accounts' },
    make(app, target) {
      const { world } = app
      const node = nodeOf(world, podsOf(world, target).at(-1))
      const since = world.at - 14 * MINUTE
      losesContact(world, node, since)
      loseNode(app, node, since)
      callersFail(app, target, 'timeout', 12)
      return { truth: node }
    },
  },
  {
    name: 'container-runtime-down',
    meets: { beacon: 'ruler', tidal: 'ingest' },
    make(app, target) {
      const { world } = app
      const node = nodeOf(world, podsOf(world, target)[0])
      const since = world.at - 11 * MINUTE
      const why =
        '[container runtime is down, PLEG is not healthy: pleg was last seen active 13m48s ago; threshold is 3m0s]'
      isNotReady(world, node, why, since)
      warning(world, node, {
        reason: 'ContainerGCFailed',
        message:
          'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
        component: 'kubelet',
        host: node.metadata.name,
        first: since,
        at: world.at - 50 * SECOND,
        count: 11,
      })
      loseNode(app, node, since)
      return { truth: node }
    },
  },
  {
    name: 'disk-of-a-node-full',
    meets: { larder: 'site', beacon: 'gateway' },
    make(app, target) {
      const { world } = app
      const [victim, ...others] = podsOf(world, target)
      const node = nodeOf(world, victim)
      const since = world.at - 18 * MINUTE
      isUnderPressure(world, node, 'DiskPressure', since)
      const kubelet = {
        component: 'kubelet',
        host: node.metadata.name,
        first: since,
        at: world.at - 90 * SECOND,
        count: 5,
      }
      warning(world, node, {
        ...kubelet,
        reason: 'EvictionThresholdMet',
        message: 'Attempting to reclaim ephemeral-storage',
      })
      warning(world, node, {
        ...kubelet,
        reason: 'FreeDiskSpaceFailed',
        message:
          'Failed to garbage collect required amount of images. Attempted to free 11274289152 bytes, but only found 0 bytes eligible to free.',
      })
      for (const pod of [victim, ...others].filter(each => each?.spec.nodeName === node.metadata.name)) {
        if (!pod) continue
        evict(
          world,
          pod,
          `The node was low on resource: ephemeral-storage. Threshold quantity: 10737418240, available: 8931504Ki. Container ${target.text.name} was using 92Ki, request is 0, has larger consumption of ephemeral-storage. `,
          since + 40 * SECOND,
        )
        const other = nodesOf(world).find(each => each !== node && !each.spec.taints)
        const fresh = addPod(world, target, since + 41 * SECOND, { node: other })
        saysMade(world, target.set, 'create', fresh.metadata.name, since + 41 * SECOND)
      }
      return { truth: node }
    },
  },
  {
    name: 'network-agent-of-a-node-crashes',
    meets: { foundry: 'preparer', beacon: 'pager' },
    make(app, target) {
      const { world } = app
      const agents = app.workloads.find(
        ({ text }) => text.kind === 'DaemonSet' && ['netd', 'cilium'].includes(text.name),
      )
      const [stuck] = podsOf(world, target)
      const node = nodeOf(world, stuck)
      const agent = agents && podsOf(world, agents).find(({ spec }) => spec.nodeName === node.metadata.name)
      if (!agents || !agent || !stuck) throw new Error(`expected an agent on ${node.metadata.name}, found none`)
      // Pods are only told to go after five minutes of this.
      const since = world.at - 4.5 * MINUTE
      crashes(world, agent, {
        death: { exitCode: 2, reason: 'Error', ranSeconds: 8 },
        since,
        says: linesIn('plain', 'agent', [
          'level=info msg="starting"',
          'level=fatal msg="unable to initialise datapath: cannot open /sys/fs/bpf/tc/globals: no such file or directory"',
        ]),
      })
      isNotReady(
        world,
        node,
        'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
        since + 30 * SECOND,
      )
      for (const each of podsOn(world, node)) isLost(each, since + 32 * SECOND)
      staysCreating(world, stuck, since + MINUTE, [
        {
          reason: 'NetworkNotReady',
          message:
            'network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
          every: 30 * SECOND,
        },
      ])
      stuck.metadata.creationTimestamp = stamp(since + MINUTE)
      return { truth: agent, also: [agents.object, node] }
    },
  },
  {
    name: 'data-damaged',
    meets: { tidal: 'quorum', beacon: 'log-store' },
    make({ world }, target) {
      const pod = podsOf(world, target)[1]
      if (!pod) throw new Error(`expected a second ${target.text.name}, found none`)
      const path = `${target.text.claims?.[0]?.mountPath}/segment.0000000a7f`
      crashes(world, pod, {
        death: { exitCode: 3, reason: 'Error', ranSeconds: 9 },
        since: world.at - 37 * MINUTE,
        says: linesIn(target.text.language, target.text.name, [
          `recovering ${path}`,
          `checksum mismatch in ${path} at offset 70812: expected 5d1f0c2a, found 00000000; refusing to start`,
        ]),
      })
      const claim = find(world, 'PersistentVolumeClaim', target.text.namespace, `data-${pod.metadata.name}`)
      return { truth: pod, also: [target.object, claim] }
    },
  },
  {
    name: 'scheduled-job-fails',
    meets: { foundry: 'dispatcher', ledgerly: 'payrun' },
    make({ world }, target) {
      const { namespace } = target.text
      const training = target.text.name === 'dispatcher'
      const cron = find(world, 'CronJob', namespace, training ? 'refresh-features' : 'month-close')
      const text = {
        namespace,
        labels: cron.metadata.labels,
        image: target.text.image,
        language: target.text.language,
        container: { name: cron.metadata.name },
        backoffLimit: 2,
        started: world.at - 22 * MINUTE,
      }
      const run = runOf(world, cron, text)
      const words = training
        ? [
            'loading 48 shards',
            'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 22.17 GiB',
          ]
        : ['closing 2026-02', 'java.lang.IllegalStateException: ledger 2026-02 has 3 unposted entries']
      givesUp(world, run, { says: linesIn(text.language, cron.metadata.name, words) })
      return { truth: run.object, also: [cron] }
    },
  },
]

export const runCases = () => casesOf('run', faults)

export function nodeOf(world: World, pod: Pod | undefined): Node {
  return find<Node>(world, 'Node', undefined, pod?.spec.nodeName ?? '')
}

/** Five minutes after its node is given up, a pod is told to go, cannot, and one is made elsewhere where its owner allows. */
function loseNode(app: Application, node: Node, since: number): void {
  const { world } = app
  const others = nodesOf(world).filter(each => each !== node && !each.spec.taints)
  const told = since + 5 * MINUTE + 55 * SECOND
  for (const pod of podsOn(world, node)) {
    isLost(pod, since + 50 * SECOND)
    const owner = app.workloads.find(each => podsOf(world, each).includes(pod))
    if (!owner || owner.object.kind === 'DaemonSet') continue
    isTerminating(pod, told)
    event(world, pod, {
      reason: 'TaintManagerEviction',
      message: `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`,
      component: 'taint-eviction-controller',
      at: told,
    })
    if (owner.object.kind !== 'Deployment') continue
    const fresh = addPod(world, owner, told + SECOND, { node: others[told % others.length] })
    saysMade(world, owner.set, 'create', fresh.metadata.name, told + SECOND)
  }
}
