// The kinds that every cluster has, one a line; custom ones come with a recording (catalogue.ts).
// How each is printed is columns.ts; how the other version of one is spelled is versions.ts.
export type Resource = {
  group: string // '' is the core group
  version: string
  name: string // plural, as in paths
  kind: string
  namespaced: boolean
  /** What makes a write count as a new generation; absent: the kind has none. */
  generation?: 'spec' | 'spec or annotations'
  subresources?: ('log' | 'scale')[]
  shortNames?: string[]
  categories?: string[]
  /** The resource that is kept, where this one is another version of it. */
  kept?: Resource
}

function core(name: string, kind: string, rest: Partial<Resource> = {}): Resource {
  return { group: '', version: 'v1', name, kind, namespaced: true, ...rest }
}

function grouped(group: string, name: string, kind: string, rest: Partial<Resource> = {}): Resource {
  return { group, version: 'v1', name, kind, namespaced: true, ...rest }
}

const all = ['all']
const scalable = { generation: 'spec', subresources: ['scale'], categories: all } satisfies Partial<Resource>

export const pods = core('pods', 'Pod', { subresources: ['log'], shortNames: ['po'], categories: all })
export const events = core('events', 'Event', { shortNames: ['ev'] })
export const namespaces = core('namespaces', 'Namespace', { namespaced: false, shortNames: ['ns'] })
export const nodes = core('nodes', 'Node', { namespaced: false, shortNames: ['no'] })
export const services = core('services', 'Service', { shortNames: ['svc'], categories: all })
export const endpoints = core('endpoints', 'Endpoints', { shortNames: ['ep'] })
export const endpointSlices = grouped('discovery.k8s.io', 'endpointslices', 'EndpointSlice', { generation: 'spec' })
/** The only kind whose annotations count: pkg/registry/apps/deployment/strategy.go. */
export const deployments = grouped('apps', 'deployments', 'Deployment', {
  ...scalable,
  generation: 'spec or annotations',
  shortNames: ['deploy'],
})
export const replicaSets = grouped('apps', 'replicasets', 'ReplicaSet', { ...scalable, shortNames: ['rs'] })
export const statefulSets = grouped('apps', 'statefulsets', 'StatefulSet', { ...scalable, shortNames: ['sts'] })
export const daemonSets = grouped('apps', 'daemonsets', 'DaemonSet', {
  generation: 'spec',
  shortNames: ['ds'],
  categories: all,
})
export const controllerRevisions = grouped('apps', 'controllerrevisions', 'ControllerRevision')
export const horizontalPodAutoscalers = grouped('autoscaling', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', {
  version: 'v2',
  shortNames: ['hpa'],
  categories: all,
})

export const resources: readonly Resource[] = [
  pods,
  events,
  namespaces,
  nodes,
  services,
  endpoints,
  core('configmaps', 'ConfigMap', { shortNames: ['cm'] }),
  core('secrets', 'Secret'),
  core('serviceaccounts', 'ServiceAccount', { shortNames: ['sa'] }),
  core('persistentvolumeclaims', 'PersistentVolumeClaim', { shortNames: ['pvc'] }),
  core('persistentvolumes', 'PersistentVolume', { namespaced: false, shortNames: ['pv'] }),
  core('resourcequotas', 'ResourceQuota', { shortNames: ['quota'] }),
  core('limitranges', 'LimitRange', { shortNames: ['limits'] }),
  core('replicationcontrollers', 'ReplicationController', { ...scalable, shortNames: ['rc'] }),
  deployments,
  replicaSets,
  statefulSets,
  daemonSets,
  controllerRevisions,
  grouped('batch', 'jobs', 'Job', { generation: 'spec', categories: all }),
  grouped('batch', 'cronjobs', 'CronJob', { generation: 'spec', shortNames: ['cj'], categories: all }),
  horizontalPodAutoscalers,
  { ...horizontalPodAutoscalers, version: 'v1', kept: horizontalPodAutoscalers },
  grouped('policy', 'poddisruptionbudgets', 'PodDisruptionBudget', { generation: 'spec', shortNames: ['pdb'] }),
  grouped('networking.k8s.io', 'ingresses', 'Ingress', { generation: 'spec', shortNames: ['ing'] }),
  grouped('networking.k8s.io', 'networkpolicies', 'NetworkPolicy', { generation: 'spec', shortNames: ['netpol'] }),
  grouped('coordination.k8s.io', 'leases', 'Lease'),
  grouped('storage.k8s.io', 'storageclasses', 'StorageClass', { namespaced: false, shortNames: ['sc'] }),
  ...[
    ['networking.k8s.io', 'ingressclasses', 'IngressClass'],
    ['admissionregistration.k8s.io', 'validatingwebhookconfigurations', 'ValidatingWebhookConfiguration'],
    ['admissionregistration.k8s.io', 'mutatingwebhookconfigurations', 'MutatingWebhookConfiguration'],
    ['apiregistration.k8s.io', 'apiservices', 'APIService'],
    ['apiextensions.k8s.io', 'customresourcedefinitions', 'CustomResourceDefinition'],
    ['certificates.k8s.io', 'certificatesigningrequests', 'CertificateSigningRequest'],
    ['scheduling.k8s.io', 'priorityclasses', 'PriorityClass'],
  ].map(([group = '', name = '', kind = '']) => grouped(group, name, kind, { namespaced: false })),
  endpointSlices,
  { ...events, group: 'events.k8s.io', kept: events },
]

export function apiVersionOf(resource: Resource): string {
  return resource.group ? `${resource.group}/${resource.version}` : resource.version
}
