// The built-in kinds that can be asked for by name, and where the API server keeps them. A closed table: no path is ever
// made of what a caller wrote.
import { Fault } from '#incident/fault.ts'
import { nearest } from '../nearest.ts'

export type Kind = { kind: string; plural: string; apiVersion: string; namespaced: boolean }

/** By kind, plural or kubectl's short name, upper and lower case alike. Throws a Fault `validation` with the nearest. */
export function kindNamed(name: string): Kind {
  const known = BY_NAME.get(name.toLowerCase())
  if (known) return known
  const meant = nearest(name, [...BY_NAME.keys()])
  const kind = meant && BY_NAME.get(meant)?.kind
  throw new Fault('validation', `There is no built-in kind ${name}${kind ? `; did you mean ${kind}?` : '.'}`)
}

/** `namespace` absent: all of them, or a kind that stands in none. */
export function pathOfKind({ apiVersion, plural }: Kind, namespace?: string, name?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  return [root, ...(namespace ? ['namespaces', namespace] : []), plural, ...(name ? [name] : [])].join('/')
}

type Names = [kind: string, short?: string]

// https://kubernetes.io/docs/reference/kubernetes-api/ with the versions that 1.25 and every later server serve.
const BUILT_IN: { apiVersion: string; namespaced: Names[]; cluster?: Names[] }[] = [
  {
    apiVersion: 'v1',
    namespaced: [
      ['Pod', 'po'],
      ['Service', 'svc'],
      ['ConfigMap', 'cm'],
      ['Secret'],
      ['Event', 'ev'],
      ['Endpoints', 'ep'],
      ['ServiceAccount', 'sa'],
      ['PersistentVolumeClaim', 'pvc'],
      ['ResourceQuota', 'quota'],
      ['LimitRange', 'limits'],
      ['ReplicationController', 'rc'],
      ['PodTemplate'],
    ],
    cluster: [
      ['Node', 'no'],
      ['Namespace', 'ns'],
      ['PersistentVolume', 'pv'],
    ],
  },
  {
    apiVersion: 'apps/v1',
    namespaced: [
      ['Deployment', 'deploy'],
      ['ReplicaSet', 'rs'],
      ['StatefulSet', 'sts'],
      ['DaemonSet', 'ds'],
      ['ControllerRevision'],
    ],
  },
  { apiVersion: 'batch/v1', namespaced: [['Job'], ['CronJob', 'cj']] },
  { apiVersion: 'autoscaling/v2', namespaced: [['HorizontalPodAutoscaler', 'hpa']] },
  { apiVersion: 'policy/v1', namespaced: [['PodDisruptionBudget', 'pdb']] },
  {
    apiVersion: 'networking.k8s.io/v1',
    namespaced: [
      ['Ingress', 'ing'],
      ['NetworkPolicy', 'netpol'],
    ],
    cluster: [['IngressClass']],
  },
  { apiVersion: 'discovery.k8s.io/v1', namespaced: [['EndpointSlice']] },
  { apiVersion: 'coordination.k8s.io/v1', namespaced: [['Lease']] },
  {
    apiVersion: 'storage.k8s.io/v1',
    namespaced: [['CSIStorageCapacity']],
    cluster: [['StorageClass', 'sc'], ['VolumeAttachment'], ['CSIDriver'], ['CSINode']],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    namespaced: [['Role'], ['RoleBinding']],
    cluster: [['ClusterRole'], ['ClusterRoleBinding']],
  },
  { apiVersion: 'scheduling.k8s.io/v1', namespaced: [], cluster: [['PriorityClass', 'pc']] },
  { apiVersion: 'node.k8s.io/v1', namespaced: [], cluster: [['RuntimeClass']] },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    namespaced: [],
    cluster: [['ValidatingWebhookConfiguration'], ['MutatingWebhookConfiguration']],
  },
  { apiVersion: 'apiextensions.k8s.io/v1', namespaced: [], cluster: [['CustomResourceDefinition', 'crd']] },
  { apiVersion: 'apiregistration.k8s.io/v1', namespaced: [], cluster: [['APIService']] },
]

const BY_NAME: ReadonlyMap<string, Kind> = new Map(
  BUILT_IN.flatMap(({ apiVersion, namespaced, cluster = [] }) => [
    ...namespaced.flatMap(names => entriesOf(names, { apiVersion, namespaced: true })),
    ...cluster.flatMap(names => entriesOf(names, { apiVersion, namespaced: false })),
  ]),
)

function entriesOf([kind, short]: Names, where: Pick<Kind, 'apiVersion' | 'namespaced'>): [string, Kind][] {
  const plural = pluralOf(kind)
  const entry = { kind, plural, ...where }
  return [kind.toLowerCase(), plural, ...(short ? [short] : [])].map(name => [name, entry])
}

/** As Kubernetes itself guesses: https://pkg.go.dev/k8s.io/apimachinery/pkg/api/meta#UnsafeGuessKindToResource */
function pluralOf(kind: string): string {
  const singular = kind.toLowerCase()
  if (singular === 'endpoints') return singular
  if (singular.endsWith('s')) return `${singular}es`
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`
}
