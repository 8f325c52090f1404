// Everything seems to run, and calls do not arrive: a program that listens to itself only, no addresses left for pods, a
// Service kept by hand, names of a set that belong to another Service.
import { callersFail, callersOf, failsToCall, keepSaying, lineIn, serviceFor } from '../../application.ts'
import { event } from '../../event.ts'
import { casesOf, type Fault } from '../../fault.ts'
import type { Thing } from '../../kinds.ts'
import { write } from '../../pod-state.ts'
import { staysCreating } from '../../pod-waiting.ts'
import { rollOut, scale } from '../../rollout.ts'
import { systemWorkload } from '../../system.ts'
import { add, digest, find, metadataOf, MINUTE, SECOND, stamp } from '../../world.ts'
import { mainOf, podsOf, specsOf } from '../../workload.ts'
import { nodeOf } from '../run.ts'
import { recreated } from '../scheduling.ts'

const faults: Fault[] = [
  {
    name: 'listens-to-itself-only',
    meets: { courier: 'routing', foundry: 'scorer' },
    make(app, target) {
      const { world } = app
      const { language, ports = {}, name } = target.text
      const [port] = Object.values(ports)
      const address = `127.0.0.1:${port}`
      const ask = { exec: { command: ['/bin/ask', '-addr', address] }, periodSeconds: 10, failureThreshold: 3 }
      for (const { containers } of specsOf(world, target))
        Object.assign(mainOf(containers, target), { readinessProbe: ask, livenessProbe: ask })
      const at = world.at - 23 * MINUTE
      const pods = rollOut(world, target, {
        at,
        done: true,
        change: ({ spec }) => {
          const main = mainOf(spec.containers, target)
          main.env = [...(main.env ?? []), { name: language === 'python' ? 'UVICORN_HOST' : 'LISTEN', value: address }]
        },
      })
      for (const pod of pods)
        write(
          world,
          pod,
          name,
          at + 6 * SECOND,
          lineIn(
            target,
            at + 6 * SECOND,
            'info',
            language === 'python'
              ? `Uvicorn running on http://${address} (Press CTRL+C to quit)`
              : `listening on ${address}`,
          ),
        )
      callersFail(app, target, 'refused', 22)
      return { truth: target.object }
    },
  },
  {
    name: 'no-addresses-left-on-a-node',
    meets: { courier: 'public-api', larder: 'site' },
    make(app, target) {
      const { world } = app
      const at = world.at - 18 * MINUTE
      const replicas = (target.text.replicas ?? 1) + 4
      const fresh = scale(world, target, replicas, at)
      const scaler = find(world, 'HorizontalPodAutoscaler', target.text.namespace, target.text.name)
      Object.assign(scaler.status as object, { currentReplicas: replicas, desiredReplicas: replicas })
      event(world, scaler, {
        reason: 'SuccessfulRescale',
        message: `New size: ${replicas}; reason: cpu resource utilization (percentage of request) above target`,
        component: 'horizontal-pod-autoscaler',
        at,
      })
      const node = nodeOf(world, fresh[0])
      const agents = systemWorkload(app, app.name === 'larder' ? 'aws-node' : 'kube-flannel-ds')
      const range = node.spec.podCIDR.replace(/\.0\/24$/, '')
      const why =
        app.name === 'larder'
          ? 'plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container'
          : `plugin type="flannel" failed (add): failed to delegate add: failed to allocate for range 0: no IP addresses available in range set: ${range}.1-${range}.254`
      for (const pod of fresh.filter(({ spec }) => spec.nodeName === node.metadata.name))
        staysCreating(world, pod, at, [
          {
            reason: 'FailedCreatePodSandBox',
            message: `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${digest(pod.metadata.uid)}": ${why}`,
            every: 13 * SECOND,
          },
        ])
      const agent = podsOf(world, agents).find(({ spec }) => spec.nodeName === node.metadata.name)
      return { truth: node, also: [agents.object, ...(agent ? [agent] : [])] }
    },
  },
  {
    name: 'pinned-to-a-pod-that-is-gone',
    meets: { courier: 'eta', beacon: 'pager' },
    make(app, target) {
      const { world } = app
      const { namespace } = target.text
      const service = serviceFor(app, target)
      const [pod] = podsOf(world, target)
      delete service.spec.selector
      const pinned = world.at - 140 * MINUTE
      service.metadata.managedFields = [
        { manager: 'kubectl-edit', operation: 'Update', apiVersion: 'v1', time: stamp(pinned) },
      ]
      const gone = nodeOf(world, pod).spec.podCIDR.replace('0/24', '231')
      const number = Object.values(target.text.ports ?? {})[0]
      const { name } = service.metadata
      const port = { name: service.spec.ports[0]?.name, port: number, protocol: 'TCP' }
      const kept = add(world, {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: {
          ...metadataOf(world, 'Endpoints', namespace, name, { created: pinned, labels: service.metadata.labels }),
          managedFields: [{ manager: 'kubectl-edit', operation: 'Update', apiVersion: 'v1', time: stamp(pinned) }],
        },
        subsets: [{ addresses: [{ ip: gone }], ports: [port] }],
      } satisfies Thing)
      const slice = add(world, {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: metadataOf(world, 'EndpointSlice', namespace, `${name}-mv7lp`, {
          created: pinned,
          labels: {
            ...service.metadata.labels,
            'kubernetes.io/service-name': name,
            'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
          },
          owner: kept,
        }),
        addressType: 'IPv4',
        endpoints: [{ addresses: [gone], conditions: { ready: true } }],
        ports: [port],
      } satisfies Thing)
      callersFail(app, target, 'timeout', 26)
      return { truth: service, also: [kept, slice] }
    },
  },
  {
    name: 'set-names-another-service',
    meets: { courier: 'dispatch-kafka', beacon: 'series-store' },
    make(app, target) {
      const { world } = app
      const { name } = target.text
      const at = world.at - 27 * MINUTE
      const wrong = `${name}-headless`
      target.object.spec.serviceName = wrong
      target.object.metadata.creationTimestamp = stamp(at - 4 * SECOND)
      target.object.metadata.generation = 1
      for (const [n, pod] of recreated(world, target, at).entries()) {
        pod.spec.hostname = pod.metadata.name
        pod.spec.subdomain = wrong
        event(world, target.object, {
          reason: 'SuccessfulCreate',
          message: `create Pod ${name}-${n} in StatefulSet ${name} successful`,
          component: 'statefulset-controller',
          at: at + n * 30 * SECOND,
        })
      }
      const { namespace } = target.text
      if (target.text.language === 'java')
        keepSaying(
          app,
          target,
          'warn',
          `Couldn't resolve server ${name}-1.${serviceFor(app, target).metadata.name}.${namespace}.svc.cluster.local:9093 from controller.quorum.bootstrap.servers as DNS resolution failed for ${name}-1`,
          24,
        )
      for (const caller of callersOf(app, target))
        for (const { to, address } of caller.text.calls ?? [])
          if (to === name && address.includes(`${name}-0.`)) failsToCall(app, caller, address, 'unknown-host', 24)
      return { truth: target.object, also: [serviceFor(app, target)] }
    },
  },
]

export const secondNetworkCases = () => casesOf('network', faults)
