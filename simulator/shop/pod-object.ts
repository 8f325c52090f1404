// Pods of the shop in the states a rollout takes them through.
import type { KubernetesObject, Millis } from '../recording.ts'
import { hostIp, identity, labelsOf, owner, stamp } from './object-parts.ts'
import { namespace, type Workload } from './services.ts'
import type { PodLife } from './story-line.ts'
import { imageOf, template } from './workload-objects.ts'

/** `starting`: its container runs but does not answer yet. `crashed`: waiting to be restarted after its last crash at `since`. */
export type PodState = {
  phase: 'creating' | 'starting' | 'ready' | 'crashed'
  since: Millis
  restarts?: number
  backOffSeconds?: number
  /** How its container ended before. */
  ended?: { reason: 'Error' | 'OOMKilled'; exitCode: number; at: Millis }
}

export function pod(
  service: Workload,
  life: PodLife,
  { phase, since, restarts = 0, backOffSeconds = 10, ended = { reason: 'Error', exitCode: 1, at: since } }: PodState,
): KubernetesObject {
  const ready = phase === 'ready'
  const running = ready || phase === 'starting'
  const backOff = `back-off ${backOffText(backOffSeconds)} restarting failed container=${service.name} pod=${life.name}_${namespace}(${life.uid})`
  const terminated = {
    exitCode: ended.exitCode,
    reason: ended.reason,
    startedAt: stamp(ended.at - 2_000),
    finishedAt: stamp(ended.at),
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...identity('Pod', life.name, life.from),
      uid: life.uid,
      generateName: `${service.name}-${life.hash}-`,
      labels: { ...labelsOf(service.name), 'pod-template-hash': life.hash },
      ownerReferences: [owner('apps/v1', 'ReplicaSet', `${service.name}-${life.hash}`)],
    },
    spec: { ...template(service, life).spec, nodeName: life.node, restartPolicy: 'Always' },
    status: {
      phase: phase === 'creating' ? 'Pending' : 'Running',
      hostIP: hostIp(life.node),
      podIP: phase === 'creating' ? undefined : life.ip,
      startTime: stamp(life.from),
      qosClass: 'Burstable',
      conditions: [
        podCondition('PodScheduled', true, life.from),
        podCondition('Initialized', true, life.from),
        podCondition('ContainersReady', ready, since),
        podCondition('Ready', ready, since),
      ],
      containerStatuses: [
        {
          name: service.name,
          image: imageOf(service, life.version),
          ready,
          started: running,
          restartCount: restarts,
          state: running
            ? { running: { startedAt: stamp(since) } }
            : {
                waiting:
                  phase === 'creating'
                    ? { reason: 'ContainerCreating' }
                    : { reason: 'CrashLoopBackOff', message: backOff },
              },
          lastState: phase === 'crashed' || restarts > 0 ? { terminated } : {},
        },
      ],
    },
  }
}

function podCondition(type: string, holds: boolean, at: Millis) {
  return { type, status: holds ? 'True' : 'False', lastTransitionTime: stamp(at), lastProbeTime: null }
}

function backOffText(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
