// A pod of a made application, in one of the states a fault brings it into, and the endpoints that name those that serve.
import type { KubernetesObject, Millis } from '../../simulator/recording.ts'
import type { Application, Part } from './application.ts'
import { identity, labelsOf, OWNED, PORT, stamp } from './objects.ts'
import { templateOf } from './workload-objects.ts'
import type { Revision } from './workload-objects.ts'

export type PodLife = {
  app: Application
  part: Part
  revision: Revision
  name: string
  ip: string
  node: string
  from: Millis
  until: Millis
}

export type PodState = {
  at: Millis
  phase: 'ready' | 'unready' | 'crashed' | 'creating'
  restarts?: number
  /** How its container ended before. */
  ended?: { reason: 'OOMKilled' | 'Error' | 'Completed'; exitCode: number; at: Millis }
  backOffSeconds?: number
}

export function podObject(
  life: PodLife,
  { at, phase, restarts = 0, ended, backOffSeconds = 10 }: PodState,
): KubernetesObject {
  const { app, part, revision, name, node, ip, from } = life
  const ready = phase === 'ready'
  const runs = ready || phase === 'unready'
  const owner =
    part.kind === 'StatefulSet' ? ['StatefulSet', part.name] : ['ReplicaSet', `${part.name}-${revision.hash}`]
  const hold = (type: string, holds: boolean, since: Millis) => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: stamp(since),
  })
  const backOff = `back-off ${backOffSeconds}s restarting failed container=${part.name} pod=${name}_${app.name}`
  const waiting =
    phase === 'creating' ? { reason: 'ContainerCreating' } : { reason: 'CrashLoopBackOff', message: backOff }
  const terminated = ended && {
    ...ended,
    startedAt: stamp(Math.max(from, ended.at - 60_000)),
    finishedAt: stamp(ended.at),
    at: undefined,
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...identity('Pod', app.name, name, from),
      labels: { ...labelsOf(part.name), ...(part.kind === 'Deployment' && { 'pod-template-hash': revision.hash }) },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: owner[0],
          name: owner[1],
          uid: identity(owner[0]!, app.name, owner[1]!, 0).uid,
          ...OWNED,
        },
      ],
    },
    spec: { ...templateOf(app, part, revision).spec, nodeName: node, restartPolicy: 'Always' },
    status: {
      phase: phase === 'creating' ? 'Pending' : 'Running',
      podIP: ip,
      startTime: stamp(from),
      conditions: [
        hold('PodScheduled', true, from),
        hold('Initialized', true, from),
        hold('ContainersReady', ready, at),
        hold('Ready', ready, at),
      ],
      containerStatuses: [
        {
          name: part.name,
          image: `registry.example/${app.name}/${part.name}:${revision.version}`,
          ready,
          started: runs,
          restartCount: restarts,
          state: runs ? { running: { startedAt: stamp(ended?.at ?? from) } } : { waiting },
          lastState: terminated ? { terminated } : {},
        },
      ],
    },
  }
}

export function endpointsObject(
  { name: app }: Application,
  { name }: Part,
  lives: readonly PodLife[],
  founded: Millis,
): KubernetesObject {
  const addresses = lives.map(life => ({
    ip: life.ip,
    nodeName: life.node,
    targetRef: { kind: 'Pod', namespace: app, name: life.name },
  }))
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...identity('Endpoints', app, name, founded), labels: labelsOf(name) },
    subsets: addresses.length > 0 ? [{ addresses, ports: [{ name: 'http', port: PORT, protocol: 'TCP' }] }] : [],
  }
}
