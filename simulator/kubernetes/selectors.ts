// Label and field selectors, from query strings and from objects, as predicates.
import { isMap, readerOf } from './json.ts'
import type { LabelSelector, StoredObject } from './objects.ts'
import type { Resource } from './resources.ts'
import { badRequest } from './status.ts'

export type Matches = (object: StoredObject) => boolean

/** `app=web,tier!=db,env in (a,b),!canary`; absent or empty matches everything. Throws a 400 for what it cannot read. */
export function labelSelector(text: string | null): Matches {
  const terms = (text ?? '').match(/[^,(]+(?:\([^)]*\))?/g) ?? []
  const tests = terms.map(term => labelTerm(term.trim()))
  return object => tests.every(test => test(object.metadata.labels ?? {}))
}

type LabelTest = (labels: Record<string, string>) => boolean

function labelTerm(term: string): LabelTest {
  const set = /^([^\s!=]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(term)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map(value => value.trim())
    return labels =>
      values.includes(labels[key] ?? '') === (operator === 'in') && (operator === 'notin' || key in labels)
  }
  const equality = /^([^\s!=]+)\s*(==|=|!=)\s*([^\s!=]*)$/.exec(term)
  if (equality) {
    const [, key = '', operator, value = ''] = equality
    return operator === '!=' ? labels => labels[key] !== value : labels => labels[key] === value
  }
  const existence = /^(!?)\s*([^\s!=()]+)$/.exec(term)
  if (!existence) throw badRequest(`unable to parse requirement: found '${term}', expected: a label selector`)
  const [, not, key = ''] = existence
  return labels => key in labels !== (not === '!')
}

/** Whether the labels satisfy the selector of a workload; no selector matches nothing. */
export function selects(selector: LabelSelector | undefined, labels: Record<string, string> = {}): boolean {
  if (!selector) return false
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      if (operator === 'Exists') return key in labels
      if (operator === 'DoesNotExist') return !(key in labels)
      if (operator === 'In') return values.includes(labels[key] ?? '') && key in labels
      return !values.includes(labels[key] ?? '')
    })
  )
}

/** The selector of a workload as a query string, as a Scale shows it. */
export function selectorText(selector: unknown): string {
  const labels = isMap(selector) && isMap(selector.matchLabels) ? selector.matchLabels : {}
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',')
}

/** The fields a server can select by beyond name and namespace; asked for others, it answers 400. */
const fields: Record<string, readonly string[]> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Event: [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].flatMap(field => [
      `involvedObject.${field}`,
      `regarding.${field}`,
    ]),
    'reason',
    'reportingComponent',
    'reportingController',
    'source',
    'type',
  ],
  Secret: ['type'],
  Namespace: ['status.phase'],
  Node: ['spec.unschedulable'],
  ReplicaSet: ['status.replicas'],
  ReplicationController: ['status.replicas'],
  Job: ['status.successful'],
}

/** `status.phase!=Running,involvedObject.uid=…`, over objects as this resource shows them. */
export function fieldSelector(resource: Resource, text: string | null): Matches {
  const tests = (text ?? '')
    .split(',')
    .filter(term => term !== '')
    .map(term => fieldTerm(resource, term))
  return object => tests.every(test => test(object))
}

function fieldTerm(resource: Resource, term: string): Matches {
  const [, path = '', operator, value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? []
  if (!operator) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`)
  const named = path === 'metadata.name' || (path === 'metadata.namespace' && resource.namespaced)
  if (!named && !(fields[resource.kind]?.includes(path) && spelled(resource, path)))
    throw badRequest(`field label not supported: ${path}`)
  const read = readerOf(path === 'source' ? 'source.component' : path)
  return object => (String(read(object) ?? '') === value) === (operator !== '!=')
}

/** Events say involvedObject in v1 and regarding in events.k8s.io/v1; asked the other way round they refuse. */
function spelled(resource: Resource, path: string): boolean {
  if (path.startsWith('involvedObject.') || path === 'reportingComponent' || path === 'source')
    return resource.group === ''
  if (path.startsWith('regarding.') || path === 'reportingController') return resource.group === 'events.k8s.io'
  return true
}
