// What every cluster runs for itself: names, proxies, the network, metrics; and where it is to be seen, the control plane.
import { install, type Application } from './application.ts'
import type { Node, Pod } from './kinds.ts'
import { lease } from './node.ts'
import { conditionsOf, imageId, runningStatus } from './pod.ts'
import { add, DAY, metadataOf, next, SECOND, stamp, type World } from './world.ts'
import type { Workload } from './workload.ts'

export type Network = { name: string; image: string }

const everywhere = {
  tolerations: [{ operator: 'Exists' }],
  hostNetwork: true,
  priorityClassName: 'system-node-critical',
}

/** kube-system; `network` is the DaemonSet that gives pods their addresses. */
export function installSystem(app: Application, version: string, network: Network): void {
  const { world } = app
  const names = install(app, {
    namespace: 'kube-system',
    name: 'coredns',
    labels: { 'k8s-app': 'kube-dns' },
    image: 'registry.k8s.io/coredns/coredns:v1.11.3',
    language: 'plain',
    replicas: 2,
    ports: { dns: 53, metrics: 9153 },
    probe: '/ready',
    limits: { memory: '170Mi' },
    requests: { cpu: '100m', memory: '70Mi' },
    service: { name: 'kube-dns', ports: [{ name: 'dns', port: 53, target: 53 }] },
  })
  names.object.metadata.labels['kubernetes.io/name'] = 'CoreDNS'
  install(app, {
    kind: 'DaemonSet',
    namespace: 'kube-system',
    name: 'kube-proxy',
    labels: { 'k8s-app': 'kube-proxy' },
    image: `registry.k8s.io/kube-proxy:${version}`,
    language: 'plain',
    probe: false,
    spec: everywhere,
  })
  install(app, {
    kind: 'DaemonSet',
    namespace: 'kube-system',
    name: network.name,
    labels: { 'k8s-app': network.name },
    image: network.image,
    language: 'plain',
    probe: false,
    spec: everywhere,
  })
  install(app, {
    namespace: 'kube-system',
    name: 'metrics-server',
    labels: { 'k8s-app': 'metrics-server' },
    image: 'registry.k8s.io/metrics-server/metrics-server:v0.7.2',
    language: 'plain',
    ports: { https: 10250 },
    service: { name: 'metrics-server', ports: [{ name: 'https', port: 443, target: 'https' }] },
  })
  add(world, lease(world, 'kube-system', 'kube-scheduler', `${app.masters[0] ?? 'master'}_5d1c`, world.at - SECOND))
  add(
    world,
    lease(world, 'kube-system', 'kube-controller-manager', `${app.masters[0] ?? 'master'}_77ab`, world.at - SECOND),
  )
}

const PARTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'] as const
export type Part = (typeof PARTS)[number]

/** Static pods on a master, mirrored as a kubelet does. */
export function installMaster(world: World, master: Node, version: string): void {
  const created = world.at - 60 * DAY
  for (const part of PARTS) {
    const name = `${part}-${master.metadata.name}`
    const image = part === 'etcd' ? 'registry.k8s.io/etcd:3.5.21-0' : `registry.k8s.io/${part}:${version}`
    const container = {
      name: part,
      image,
      imagePullPolicy: 'IfNotPresent',
      command: [part, ...flagsOf(part)],
      resources: { requests: { cpu: '100m' } },
    }
    const labels = { component: part, tier: 'control-plane' }
    const made: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...metadataOf(world, 'Pod', 'kube-system', name, { created, labels, owner: master }),
        annotations: { 'kubernetes.io/config.source': 'file' },
      },
      spec: {
        nodeName: master.metadata.name,
        hostNetwork: true,
        priorityClassName: 'system-node-critical',
        containers: [container],
        tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
      },
      status: {
        phase: 'Running',
        qosClass: 'Burstable',
        podIP: master.status.addresses[0]?.address,
        hostIP: master.status.addresses[0]?.address,
        startTime: stamp(created),
        conditions: [],
        containerStatuses: [{ ...runningStatus(container, created), imageID: imageId(image) }],
      },
    }
    made.status.conditions = conditionsOf(made, { scheduled: created, ready: created + 20 * SECOND })
    add(world, made)
  }
  next(world, 'masters')
}

export function partOf({ world, masters, name }: Application, part: Part): Pod {
  const found = world.objects.find(
    ({ kind, metadata }) => kind === 'Pod' && metadata.name === `${part}-${masters[0] ?? ''}`,
  )
  if (!found) throw new Error(`expected ${part} to be seen in ${name}, found no such pod`)
  return found as Pod
}

/** A line of a component written in klog's form. */
export function klog(at: number, severity: 'I' | 'W' | 'E' | 'F', place: string, text: string): string {
  const iso = new Date(at).toISOString()
  return `${severity}${iso.slice(5, 7)}${iso.slice(8, 10)} ${iso.slice(11, 23)}412       1 ${place}] ${text}`
}

function flagsOf(part: Part): string[] {
  if (part === 'etcd') return ['--data-dir=/var/lib/etcd', '--listen-client-urls=https://127.0.0.1:2379']
  if (part === 'kube-apiserver') return ['--etcd-servers=https://127.0.0.1:2379', '--secure-port=6443']
  return ['--leader-elect=true', `--kubeconfig=/etc/kubernetes/${part.replace('kube-', '')}.conf`]
}

export function systemWorkload(app: Application, name: string): Workload {
  const found = app.workloads.find(({ text }) => text.namespace === 'kube-system' && text.name === name)
  if (!found) throw new Error(`expected ${name} in kube-system of ${app.name}, found none`)
  return found
}
