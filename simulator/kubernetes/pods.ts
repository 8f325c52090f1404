// Pods come and go: made from a template and given to a node, or stopped. What happens to one in between is pod-life.ts.
import type { Millis } from '../recording.ts'
import { announce, create, update, type ControlPlane } from './control-plane.ts'
import { lettersFor } from './names.ts'
import { controlledBy, ownerUid, stamp, type Container, type Pod, type StoredObject } from './objects.ts'
import { emptiestNode } from './placement.ts'
import { next, onContainer, pulled, pullMillis, type PodPlan } from './pod-life.ts'
import { conditions } from './pod-status.ts'
import { pods } from './resources.ts'

/** From SIGTERM to gone, for a server that stops when asked to. */
const stopMillis = 1_000
/** terminationGracePeriodSeconds where the template says nothing. */
const graceSeconds = 30

export function createPod(plane: ControlPlane, plan: PodPlan, at: Millis): Pod {
  const { owner, template, name, component } = plan
  const namespace = owner.metadata.namespace
  const nodeName = plan.nodeName ?? emptiestNode(plane)
  const { labels, annotations } = template.metadata ?? {}
  const containers = containersOf(plan)
  const pod = create<Pod>(
    plane,
    pods,
    {
      metadata: {
        name,
        generateName: `${owner.metadata.name}-`,
        namespace,
        labels: { ...labels, ...plan.labels },
        ...(annotations && { annotations }),
        ownerReferences: [controlledBy(owner)],
      },
      spec: {
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: graceSeconds,
        ...template.spec,
        containers,
        nodeName,
      },
      status: {
        phase: 'Pending',
        startTime: stamp(at),
        conditions: conditions(
          containers.map(each => each.name),
          [],
          at,
        ),
        containerStatuses: containers.map(({ name: container, image = '' }) => ({
          name: container,
          image,
          imageID: '',
          ready: false,
          started: false,
          restartCount: 0,
          state: { waiting: { reason: 'ContainerCreating' } },
          lastState: {},
        })),
      },
    },
    at,
  )
  announce(plane, owner, { reason: 'SuccessfulCreate', message: `Created pod: ${name}`, component }, at)
  const assigned = `Successfully assigned ${namespace}/${name} to ${nodeName}`
  announce(plane, pod, { reason: 'Scheduled', message: assigned, component: 'default-scheduler' }, at)
  for (const { name: container, image } of containers)
    announce(
      plane,
      pod,
      { ...onContainer(container), reason: 'Pulling', message: `Pulling image "${image ?? ''}"` },
      at,
    )
  next(plane, pod, at + pullMillis, (current, then) => pulled(plane, current, plan, then))
  return pod
}

/** A recorded template may leave its containers out; then there is one, named as the workload. */
function containersOf({ owner, template }: PodPlan): Container[] {
  const containers = template.spec?.containers ?? []
  if (containers.length > 0) return containers
  return [{ name: owner.metadata.ownerReferences?.[0]?.name ?? owner.metadata.name }]
}

/** Stops a pod: Terminating for a moment, then gone. Of a recorded pod too. */
export function deletePod(plane: ControlPlane, pod: Pod, at: Millis): Pod {
  if (pod.metadata.deletionTimestamp) return pod
  for (const { name } of pod.spec?.containers ?? [])
    announce(plane, pod, { ...onContainer(name), reason: 'Killing', message: `Stopping container ${name}` }, at)
  const deletionTimestamp = stamp(at + graceSeconds * 1000)
  const metadata = { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: graceSeconds }
  const stopping = update(plane, pods, { ...pod, metadata })
  next(plane, pod, at + stopMillis, (current, then) => {
    plane.store.remove(pods, current.metadata.namespace, current.metadata.name)
    plane.touch(ownerUid(current), then)
  })
  return stopping
}

/** Five letters after the name of the owner, as generateName draws them; other `salt`, other letters. */
export function podName(owner: StoredObject, salt: string | number): string {
  return `${owner.metadata.name}-${lettersFor(`${owner.metadata.uid}/${salt}`, 5)}`
}
