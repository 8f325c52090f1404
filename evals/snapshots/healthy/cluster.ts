// Nodes, jobs, scaling and storage that look like trouble and are the day's work.
import { atLimit } from '../autoscaler.ts'
import { linesIn, workloadOf } from '../application.ts'
import { cronJob, givesUp, job, runOf } from '../batch.ts'
import { boundClaim, pendingClaim } from '../claim.ts'
import { event, warning } from '../event.ts'
import { cordon, kubeletSays, nodesOf, podsOn } from '../node.ts'
import { forgetEvents, restarted } from '../pod-state.ts'
import { autoscaler, budget, limitRange, networkPolicy, quota } from '../policy.ts'
import { saysMade, scale } from '../rollout.ts'
import { condition } from '../settle.ts'
import { partOf } from '../system.ts'
import { add, DAY, find, HOUR, metadataOf, MINUTE, remove, SECOND, stamp } from '../world.ts'
import { addPod, podsOf, workload } from '../workload.ts'
import type { Odd } from './odd.ts'

export const oddClusters: Odd[] = [
  {
    name: 'completed-jobs-everywhere',
    in: ['foundry', 'tidal'],
    leave: [],
    make({ world, namespaces, registry }) {
      for (let n = 0; n < 6; n++)
        job(world, {
          namespace: namespaces.at(-1) ?? '',
          name: `backfill-${n}`,
          labels: { job: 'backfill' },
          image: `${registry}/backfill:1.1`,
          language: 'python',
          started: world.at - (9 + n * 7) * HOUR,
          took: (14 + n) * MINUTE,
        })
    },
  },
  {
    name: 'suspended-cron-jobs',
    in: ['ledgerly', 'foundry'],
    leave: [],
    make({ world, namespaces, registry }) {
      cronJob(world, {
        namespace: namespaces[0] ?? '',
        name: 'year-end',
        labels: { app: 'year-end' },
        image: `${registry}/year-end:2.0`,
        language: 'java',
        schedule: '0 3 1 1 *',
        suspend: true,
        last: world.at - 68 * DAY,
      })
    },
  },
  {
    name: 'job-failed-once-then-succeeded',
    in: ['foundry', 'larder'],
    leave: [],
    make({ world, namespaces, registry }) {
      const namespace = namespaces.at(-1) ?? ''
      const text = {
        namespace,
        labels: { app: 'report' },
        image: `${registry}/report:1.8`,
        language: 'python' as const,
        backoffLimit: 0,
        container: { name: 'report' },
      }
      const cron = cronJob(world, { ...text, name: 'report', schedule: '0 */2 * * *', last: world.at - 85 * MINUTE })
      givesUp(world, runOf(world, cron, { ...text, started: world.at - 205 * MINUTE }), {
        says: linesIn('python', 'report', ['TimeoutError: warehouse did not answer']),
      })
      runOf(world, cron, { ...text, started: world.at - 85 * MINUTE, took: 4 * MINUTE })
    },
  },
  {
    name: 'long-job-still-running',
    in: ['foundry'],
    leave: [],
    make({ world, registry }) {
      job(world, {
        namespace: 'foundry-train',
        name: 'train-ranking-v40',
        labels: { component: 'train', team: 'foundry' },
        image: `${registry}/trainer:3.3.0`,
        language: 'python',
        started: world.at - 31 * HOUR,
      })
    },
  },
  {
    name: 'node-being-drained',
    in: ['tidal', 'ledgerly'],
    leave: [],
    make(app) {
      const { world } = app
      const [node] = nodesOf(world).toReversed()
      if (!node) return
      cordon(world, node, world.at - 4 * MINUTE)
      const other = nodesOf(world).find(each => each !== node && !each.spec.taints)
      for (const pod of podsOn(world, node)) {
        const owner = app.workloads.find(
          ({ object, text }) =>
            object.kind === 'Deployment' && podsOf(world, { object, text, set: object }).includes(pod),
        )
        if (!owner) continue
        remove(world, pod)
        forgetEvents(world, pod)
        const fresh = addPod(world, owner, world.at - 3 * MINUTE, { node: other })
        saysMade(world, owner.set, 'create', fresh.metadata.name, world.at - 3 * MINUTE)
      }
    },
  },
  {
    name: 'node-cordoned-for-inspection',
    in: ['beacon', 'larder'],
    leave: [],
    make({ world }) {
      const node = nodesOf(world).at(-1)
      if (!node) return
      cordon(world, node, world.at - 26 * HOUR)
      node.metadata.annotations.note = 'memory test on Wednesday, keep what runs'
    },
  },
  {
    name: 'spot-node-gone',
    in: ['larder', 'foundry'],
    leave: [],
    make(app) {
      const { world } = app
      const name = 'spot-10-0-9-33'
      const gone = add(world, {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: metadataOf(world, 'Node', undefined, name, { created: world.at - 9 * HOUR }),
      })
      const at = world.at - 21 * MINUTE
      event(world, gone, {
        reason: 'NodeNotReady',
        message: `Node ${name} status is now: NodeNotReady`,
        component: 'node-controller',
        at,
      })
      event(world, gone, {
        reason: 'DeletingNode',
        message: `Deleting node ${name} because it does not exist in the cloud provider`,
        component: 'cloud-node-lifecycle-controller',
        at: at + 70 * SECOND,
      })
      event(world, gone, {
        reason: 'RemovingNode',
        message: `Node ${name} event: Removing Node ${name} from Controller`,
        component: 'node-controller',
        at: at + 75 * SECOND,
      })
      remove(world, gone)
      const target = workloadOf(app, app.name === 'larder' ? 'prices' : 'dispatcher')
      const [pod] = podsOf(world, target)
      if (!pod) return
      remove(world, pod)
      forgetEvents(world, pod)
      const fresh = addPod(world, target, at + 80 * SECOND)
      saysMade(world, target.set, 'create', fresh.metadata.name, at + 80 * SECOND)
    },
  },
  {
    name: 'node-flapped-and-is-back',
    in: ['tidal', 'beacon'],
    leave: [],
    make({ world }) {
      const node = nodesOf(world).at(-1)
      if (!node) return
      const { name } = node.metadata
      const at = world.at - 36 * MINUTE
      event(world, node, {
        reason: 'NodeNotReady',
        message: `Node ${name} status is now: NodeNotReady`,
        component: 'node-controller',
        at,
      })
      for (const pod of podsOn(world, node))
        warning(world, pod, { reason: 'NodeNotReady', message: 'Node is not ready', component: 'node-controller', at })
      kubeletSays(world, node, 'NodeReady', `Node ${name} status is now: NodeReady`, at + 45 * SECOND)
      for (const each of node.status.conditions)
        if (each.type === 'Ready') each.lastTransitionTime = stamp(at + 45 * SECOND)
      for (const pod of podsOn(world, node))
        for (const each of pod.status.conditions)
          if (each.type === 'Ready') each.lastTransitionTime = stamp(at + 46 * SECOND)
    },
  },
  {
    name: 'waited-for-a-new-node',
    in: ['foundry', 'larder'],
    leave: ['scorer', 'site'],
    make(app) {
      const { world } = app
      const target = workloadOf(app, app.name === 'foundry' ? 'scorer' : 'site')
      const at = world.at - 27 * MINUTE
      const tainted = nodesOf(world).filter(({ spec }) => spec.taints).length
      const open = nodesOf(world).length - tainted - 1
      const total = open + tainted
      const closed = tainted > 0 ? `, ${tainted} node(s) had untolerated taint {nvidia.com/gpu: present}` : ''
      const message = `0/${total} nodes are available: ${open} Insufficient cpu${closed}. preemption: 0/${total} nodes are available: ${tainted > 0 ? `${tainted} Preemption is not helpful for scheduling, ` : ''}${open} No preemption victims found for incoming pod.`
      for (const pod of scale(world, target, 5, at)) {
        forgetEvents(world, pod)
        warning(world, pod, {
          reason: 'FailedScheduling',
          message,
          component: 'default-scheduler',
          at,
          first: at,
          count: 1,
        })
        event(world, pod, {
          reason: 'TriggeredScaleUp',
          message: 'pod triggered scale-up: [{general 3->4 (max: 8)}]',
          component: 'cluster-autoscaler',
          at: at + 11 * SECOND,
        })
        event(world, pod, {
          reason: 'Scheduled',
          message: `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${pod.spec.nodeName}`,
          component: 'default-scheduler',
          at: at + 96 * SECOND,
        })
        event(world, pod, {
          reason: 'Started',
          message: `Started container ${target.text.name}`,
          component: 'kubelet',
          host: pod.spec.nodeName,
          field: `spec.containers{${target.text.name}}`,
          at: at + 104 * SECOND,
        })
        for (const each of pod.status.conditions) each.lastTransitionTime = stamp(at + 110 * SECOND)
      }
    },
  },
  {
    name: 'preemption-that-ended',
    in: ['foundry', 'beacon'],
    leave: ['features', 'pager'],
    make(app) {
      const { world } = app
      const target = workloadOf(app, app.name === 'foundry' ? 'features' : 'pager')
      const [pod] = podsOf(world, target)
      if (!pod) return
      const at = world.at - 33 * MINUTE
      event(world, pod, {
        reason: 'Preempted',
        message: `Preempted by pod 1d5a2b0c-61a0-4f2e-a0c9-6b2f5d1e9a77 on node ${pod.spec.nodeName}`,
        component: 'default-scheduler',
        at,
      })
      remove(world, pod)
      const fresh = addPod(world, target, at + SECOND)
      saysMade(world, target.set, 'create', fresh.metadata.name, at + SECOND)
    },
  },
  {
    name: 'autoscaler-at-its-minimum',
    in: ['ledgerly'],
    leave: ['web'],
    make(app) {
      const scaler = find(app.world, 'HorizontalPodAutoscaler', 'books', 'web')
      const at = app.world.at - 6 * HOUR
      Object.assign(scaler.status as object, {
        currentMetrics: [
          { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 4, averageValue: '4m' } } },
        ],
        conditions: atLimit('TooFewReplicas', at),
      })
    },
  },
  {
    name: 'autoscaler-had-no-figures-for-new-pods',
    in: ['larder'],
    leave: ['site'],
    make({ world }) {
      const scaler = find(world, 'HorizontalPodAutoscaler', 'larder-front', 'site')
      warning(world, scaler, {
        reason: 'FailedGetResourceMetric',
        message: 'failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)',
        component: 'horizontal-pod-autoscaler',
        first: world.at - 55 * MINUTE,
        at: world.at - 53 * MINUTE,
        count: 6,
      })
    },
  },
  {
    name: 'budget-allows-nothing-on-a-single-replica',
    in: ['tidal', 'larder'],
    leave: ['schema-registry', 'sessions'],
    make(app) {
      budget(app.world, workloadOf(app, app.name === 'tidal' ? 'schema-registry' : 'sessions'), { minAvailable: 1 })
    },
  },
  {
    name: 'autoscaler-of-a-workload-switched-off',
    in: ['beacon'],
    leave: [],
    make(app) {
      const off = workload(app.world, {
        namespace: 'observability',
        name: 'profiler',
        labels: { 'k8s-app': 'profiler' },
        image: 'registry.corp.example/beacon/profiler:0.4.0',
        language: 'go',
        replicas: 0,
      })
      const scaler = autoscaler(app.world, off, { least: 1, most: 4, current: 0 })
      scaler.status = {
        currentReplicas: 0,
        desiredReplicas: 0,
        conditions: [
          condition(
            'AbleToScale',
            true,
            'SucceededGetScale',
            "the HPA controller was able to get the target's current scale",
            app.world.at - 20 * DAY,
          ),
          condition(
            'ScalingActive',
            false,
            'ScalingDisabled',
            'scaling is disabled since the replica count of the target is zero',
            app.world.at - 20 * DAY,
          ),
        ],
      }
    },
  },
  {
    name: 'claim-waits-for-its-first-pod',
    in: ['larder', 'foundry'],
    leave: [],
    make(app) {
      const { world, namespaces, storageClasses } = app
      const claim = pendingClaim(world, {
        namespace: namespaces[1] ?? '',
        name: 'scratch',
        size: '10Gi',
        storageClass: storageClasses[0] ?? '',
        created: world.at - 5 * HOUR,
      })
      event(world, claim, {
        reason: 'WaitForFirstConsumer',
        message: 'waiting for first consumer to be created before binding',
        component: 'persistentvolume-controller',
        first: world.at - 5 * HOUR,
        at: world.at - 12 * SECOND,
        count: 1198,
      })
    },
  },
  {
    name: 'volume-released-and-kept',
    in: ['tidal', 'ledgerly'],
    leave: [],
    make({ world, namespaces, storageClasses }) {
      const { claim, volume } = boundClaim(world, {
        namespace: namespaces[0] ?? '',
        name: 'old-import',
        size: '80Gi',
        storageClass: storageClasses[0] ?? '',
        created: world.at - 70 * DAY,
      })
      remove(world, claim)
      Object.assign(volume.spec as object, { persistentVolumeReclaimPolicy: 'Retain' })
      volume.status = { phase: 'Released' }
    },
  },
  {
    name: 'volume-attached-after-a-wait',
    in: ['ledgerly', 'foundry'],
    leave: ['books-pg', 'queue'],
    make(app) {
      const { world } = app
      const target = workloadOf(app, app.name === 'ledgerly' ? 'books-pg' : 'queue')
      const [pod] = podsOf(world, target)
      if (!pod) return
      const claim = find(
        world,
        'PersistentVolumeClaim',
        target.text.namespace,
        pod.spec.volumes?.[0]?.persistentVolumeClaim?.claimName ?? '',
      )
      const volume = (claim.spec as { volumeName: string }).volumeName
      const at = world.at - 47 * MINUTE
      pod.metadata.creationTimestamp = stamp(at)
      warning(world, pod, {
        reason: 'FailedAttachVolume',
        message: `Multi-Attach error for volume "${volume}" Volume is already exclusively attached to one node and can't be attached to another`,
        component: 'attachdetach-controller',
        at: at + SECOND,
      })
      event(world, pod, {
        reason: 'SuccessfulAttachVolume',
        message: `AttachVolume.Attach succeeded for volume "${volume}" `,
        component: 'attachdetach-controller',
        at: at + 66 * SECOND,
      })
      for (const each of pod.status.containerStatuses ?? [])
        each.state = { running: { startedAt: stamp(at + 70 * SECOND) } }
      for (const each of pod.status.conditions) each.lastTransitionTime = stamp(at + 80 * SECOND)
    },
  },
  {
    name: 'quota-nearly-used',
    in: ['ledgerly', 'beacon'],
    leave: [],
    make({ world, namespaces }) {
      const namespace = namespaces[0] ?? ''
      quota(world, namespace, 'team', { 'requests.cpu': '8', pods: '40' }, { 'requests.cpu': '7600m', pods: '31' })
      limitRange(world, namespace, 'defaults', { default: { memory: '1Gi' }, defaultRequest: { cpu: '100m' } })
    },
  },
  {
    name: 'deny-by-default-with-the-right-exceptions',
    in: ['foundry', 'ledgerly'],
    leave: [],
    make({ world, namespaces }) {
      const namespace = namespaces[0] ?? ''
      networkPolicy(world, namespace, 'default-deny', { podSelector: {}, policyTypes: ['Ingress'] })
      networkPolicy(world, namespace, 'allow-inside', {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ namespaceSelector: {} }] }],
      })
    },
  },
  {
    name: 'scheduler-restarted-on-upgrade',
    in: ['tidal', 'beacon'],
    leave: [],
    make(app) {
      for (const part of ['kube-scheduler', 'kube-controller-manager'] as const)
        restarted(app.world, partOf(app, part), {
          death: { exitCode: 1, reason: 'Error' },
          restarts: 2,
          at: app.world.at - 3 * DAY,
        })
    },
  },
]
