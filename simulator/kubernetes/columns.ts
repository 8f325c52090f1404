// The columns that `kubectl get` prints for each kind; a kind that is not here has its name and age.
import { age } from './age.ts'
import {
  aboutOf,
  labelsOf,
  lastSeen,
  nodeStatus,
  phaseOf,
  portsOf,
  readyContainers,
  restartsOf,
  rolesOf,
} from './cells.ts'
import { valueAt } from './json.ts'
import type { PodSpec, StoredObject, Workload } from './objects.ts'
import { selectorText } from './selectors.ts'

export type Column = {
  name: string
  type?: 'integer'
  /** Only with `-o wide`. */
  wide?: true
  value(object: StoredObject, now: number): string | number
}

export function columnsOf(kind: string): Column[] {
  return byKind[kind] ?? [nameColumn, ageColumn]
}

const nameColumn: Column = { name: 'Name', value: object => object.metadata.name }
const ageColumn: Column = { name: 'Age', value: (object, now) => age(object.metadata.creationTimestamp, now) }

function text(name: string, path: string, rest: Partial<Column> = {}): Column {
  return { name, value: object => shown(valueAt(object, path)), ...rest }
}

function number(name: string, path: string): Column {
  return { name, type: 'integer', value: object => Number(valueAt(object, path) ?? 0) }
}

function shown(value: unknown): string {
  return value === undefined || value === null || value === '' ? '<none>' : String(value)
}

const readyColumn = (path: string): Column => ({
  name: 'Ready',
  value: object => `${Number(valueAt(object, path) ?? 0)}/${Number(valueAt(object, 'spec.replicas') ?? 1)}`,
})

const templates: Column[] = [
  {
    name: 'Containers',
    wide: true,
    value: object =>
      containers(object)
        .map(each => each.name)
        .join(','),
  },
  {
    name: 'Images',
    wide: true,
    value: object =>
      containers(object)
        .map(each => each.image ?? '')
        .join(','),
  },
]
const selectorColumn: Column = {
  name: 'Selector',
  wide: true,
  value: object => selectorText(valueAt(object, 'spec.selector')),
}

function containers(object: StoredObject): NonNullable<PodSpec['containers']> {
  return (object as Workload).spec?.template?.spec?.containers ?? []
}

const byKind: Record<string, Column[]> = {
  Pod: [
    nameColumn,
    { name: 'Ready', value: pod => readyContainers(pod) },
    { name: 'Status', value: pod => phaseOf(pod) },
    { name: 'Restarts', value: (pod, now) => restartsOf(pod, now) },
    ageColumn,
    text('IP', 'status.podIP', { wide: true }),
    text('Node', 'spec.nodeName', { wide: true }),
    text('Nominated Node', 'status.nominatedNodeName', { wide: true }),
    { name: 'Readiness Gates', wide: true, value: () => '<none>' },
  ],
  Deployment: [
    nameColumn,
    readyColumn('status.readyReplicas'),
    number('Up-to-date', 'status.updatedReplicas'),
    number('Available', 'status.availableReplicas'),
    ageColumn,
    ...templates,
    selectorColumn,
  ],
  ReplicaSet: [
    nameColumn,
    number('Desired', 'spec.replicas'),
    number('Current', 'status.replicas'),
    number('Ready', 'status.readyReplicas'),
    ageColumn,
    ...templates,
    selectorColumn,
  ],
  StatefulSet: [nameColumn, readyColumn('status.readyReplicas'), ageColumn, ...templates],
  DaemonSet: [
    nameColumn,
    number('Desired', 'status.desiredNumberScheduled'),
    number('Current', 'status.currentNumberScheduled'),
    number('Ready', 'status.numberReady'),
    number('Up-to-date', 'status.updatedNumberScheduled'),
    number('Available', 'status.numberAvailable'),
    ageColumn,
    ...templates,
    selectorColumn,
  ],
  Service: [
    nameColumn,
    text('Type', 'spec.type'),
    text('Cluster-IP', 'spec.clusterIP'),
    { name: 'External-IP', value: () => '<none>' },
    { name: 'Port(s)', value: service => portsOf(service) },
    ageColumn,
    { name: 'Selector', wide: true, value: service => labelsOf(valueAt(service, 'spec.selector')) },
  ],
  Node: [
    nameColumn,
    { name: 'Status', value: node => nodeStatus(node) },
    { name: 'Roles', value: node => rolesOf(node) },
    ageColumn,
    text('Version', 'status.nodeInfo.kubeletVersion'),
  ],
  Namespace: [nameColumn, text('Status', 'status.phase'), ageColumn],
  Event: [
    { name: 'Last Seen', value: (event, now) => age(lastSeen(event), now) },
    text('Type', 'type'),
    text('Reason', 'reason'),
    { name: 'Object', value: event => aboutOf(event) },
    text('Subobject', 'involvedObject.fieldPath', { wide: true }),
    text('Source', 'source.component', { wide: true }),
    { name: 'Message', value: event => String(event.message ?? event.note ?? '').trim() },
    { name: 'First Seen', wide: true, value: (event, now) => age(event.firstTimestamp ?? lastSeen(event), now) },
    { name: 'Count', type: 'integer', wide: true, value: event => Number(event.count ?? 1) },
    { ...nameColumn, wide: true },
  ],
}
