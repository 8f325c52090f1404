// The image cannot be had: none for this processor, a registry that one node does not trust, a host of another name, an
// image of a scheduled job that was tidied away.
import type { Application } from '../../application.ts'
import { runOf } from '../../batch.ts'
import { casesOf, type Fault } from '../../fault.ts'
import type { PodSpec, PodStatus, Template, Thing } from '../../kinds.ts'
import { podsOn } from '../../node.ts'
import { forgetEvents } from '../../pod-state.ts'
import { cannotPull } from '../../pod-waiting.ts'
import { rollOut, scale } from '../../rollout.ts'
import { find, HOUR, MINUTE, owns, remove, SECOND, stamp } from '../../world.ts'
import { addPod, mainOf, type Workload } from '../../workload.ts'
import { joined } from './joined.ts'

const faults: Fault[] = [
  {
    name: 'no-image-for-this-processor',
    meets: { courier: 'routing', beacon: 'charts' },
    make(app, target) {
      const at = app.world.at - 19 * MINUTE
      const { image, pods } = renamed(app, target, at, its => its.replace(/:.*$/, ':27.0.0'))
      const error = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": no match for platform in manifest: not found`
      for (const pod of pods) cannotPull(app.world, pod, { container: containerOf(target), error, since: at })
      return { truth: target.object }
    },
  },
  {
    name: 'node-does-not-trust-the-registry',
    meets: { courier: 'scan-ingest', tidal: 'ingest' },
    make(app, target) {
      const { world, registry } = app
      const host = registry.split('/')[0] ?? ''
      const fresh = joined(app, {
        name: app.name === 'courier' ? 'courier-md-0-4kzqp-q6zhn' : 'tidal-worker-5',
        minutes: 48,
        labels: app.name === 'courier' ? { 'node.cluster.x-k8s.io/pool': 'standard' } : {},
      })
      const at = world.at - 31 * MINUTE
      const [misplaced, ...rest] = scale(world, target, (target.text.replicas ?? 1) + 2, at)
      if (!misplaced || rest.length === 0) throw new Error(`expected two more pods of ${target.text.name}`)
      if (misplaced.spec.nodeName !== fresh.metadata.name) {
        forgetEvents(world, misplaced)
        remove(world, misplaced)
        addPod(world, target, at + SECOND, { node: fresh })
      }
      for (const pod of podsOn(world, fresh)) {
        const main = pod.spec.containers[0]
        if (!main?.image.startsWith(host)) continue
        const since = Date.parse(pod.metadata.creationTimestamp)
        const { image } = main
        const path = image.slice(host.length + 1).replace(/:([^:]*)$/, '/manifests/$1')
        cannotPull(world, pod, {
          error: `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://${host}/v2/${path}": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
          since,
        })
      }
      return { truth: fresh, also: [{ kind: 'External', name: host }] }
    },
  },
  {
    name: 'registry-host-misspelt',
    meets: { courier: 'notify', ledgerly: 'bankfeed' },
    make(app, target) {
      const at = app.world.at - 53 * MINUTE
      const { image, pods } = renamed(app, target, at, its =>
        its.replace('registry.courier', 'registry.couriers').replace('azurecr.io', 'azurcr.io'),
      )
      const host = image.slice(0, image.indexOf('/'))
      const path = image.slice(host.length + 1).replace(':', '/manifests/')
      const error = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://${host}/v2/${path}": dial tcp: lookup ${host} on 127.0.0.53:53: no such host`
      for (const pod of pods) cannotPull(app.world, pod, { container: containerOf(target), error, since: at })
      return { truth: target.object }
    },
  },
  {
    name: 'image-of-a-scheduled-job-tidied-away',
    meets: { courier: 'parcels', foundry: 'dispatcher' },
    make({ world, name }, target) {
      const { namespace } = target.text
      const cron = find(world, 'CronJob', namespace, name === 'courier' ? 'close-manifests' : 'refresh-features')
      const started = world.at - (name === 'courier' ? 25 : 85) * MINUTE
      for (const made of world.objects.filter(each => each.kind === 'Job' && owns(cron, each))) {
        if (Date.parse(made.metadata.creationTimestamp) < started) continue
        remove(world, made, ...world.objects.filter(each => owns(made, each)))
        world.events = world.events.filter(
          ({ involvedObject }) => !(involvedObject as { name: string }).name.startsWith(made.metadata.name),
        )
        world.logs = world.logs.filter(({ pod }) => !pod.startsWith(made.metadata.name))
      }
      const spec = cron.spec as {
        schedule: string
        jobTemplate: { spec: { template: { spec: { containers: { image: string }[] } } } }
      }
      const [main] = spec.jobTemplate.spec.template.spec.containers
      if (!main) throw new Error(`expected a container in ${cron.metadata.name}, found none`)
      main.image = main.image.replace(/:.*$/, name === 'courier' ? ':25.44.1' : ':2.9.6')
      for (const earlier of world.objects.filter(each => each.kind === 'Job' && owns(cron, each)))
        for (const each of [earlier, ...world.objects.filter(its => owns(earlier, its))])
          for (const container of imagesIn(each)) container.image = main.image
      if (name === 'foundry') spec.schedule = '0 2,13 * * *'
      const run = runOf(world, cron, {
        namespace,
        labels: cron.metadata.labels,
        image: main.image,
        language: 'python',
        container: { name: cron.metadata.name },
        started,
      })
      cron.status = {
        active: [{ kind: 'Job', namespace, name: run.object.metadata.name, uid: run.object.metadata.uid }],
        lastScheduleTime: stamp(started),
        lastSuccessfulTime: stamp(started - (name === 'courier' ? 0.45 : 10.2) * HOUR),
      }
      run.object.status = { ...(run.object.status as object), ready: 0 }
      cannotPull(world, run.pod, {
        error: `rpc error: code = NotFound desc = failed to pull and unpack image "${main.image}": failed to resolve reference "${main.image}": ${main.image}: not found`,
        since: started,
      })
      return { truth: cron, also: [run.object] }
    },
  },
]

export const secondImageCases = () => casesOf('image', faults)

function renamed({ world }: Application, target: Workload, at: number, name: (image: string) => string) {
  const pods = rollOut(world, target, {
    at,
    change: ({ spec }) => {
      const main = mainOf(spec.containers, target)
      main.image = name(main.image)
    },
  })
  return { image: mainOf(target.object.spec.template.spec.containers, target).image, pods }
}

/** What a Job or a pod says of images: its containers, and of a pod their statuses. */
function imagesIn({ spec, status }: Thing): { image: string }[] {
  const { template, containers = template?.spec.containers } = spec as Partial<PodSpec> & { template?: Template }
  return [...(containers ?? []), ...((status as Partial<PodStatus>).containerStatuses ?? [])]
}

function containerOf({ text }: Workload): string {
  return text.container?.name ?? text.name
}
