// What the server says it can do: /version, /api, /apis and the resources of each group. Plain discovery also where aggregated
// discovery is asked for; clients take either.
import type { JsonMap } from './json.ts'
import type { Resource } from './resources.ts'

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']

/** The minor version whose behaviour is simulated (seen on 1.27); kubectl supports one minor version either way. */
const serverVersion = { major: '1', minor: '27', gitVersion: 'v1.27.16', platform: 'linux/amd64' }

type Listed = Pick<Resource, 'group' | 'version'> & { entry: JsonMap }

/** The document at a path of discovery; undefined where there is none. `metrics`: whether metrics.k8s.io is installed. */
export function discoveryAt(path: string, resources: readonly Resource[], { metrics }: { metrics: boolean }): unknown {
  if (path === '/version') return serverVersion
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
  const listed = [...resources.flatMap(entriesOf), ...accessReviews, ...(metrics ? metricsEntries : [])]
  const groups = groupsOf(listed)
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups }
  const group = groups.find(({ name }) => path === `/apis/${name}`)
  if (group) return { kind: 'APIGroup', apiVersion: 'v1', ...group }

  const groupVersion = path.replace(/^\/apis?\//, '')
  const inVersion = listed.filter(each => pathOf(each) === path)
  if (inVersion.length === 0) return undefined
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: inVersion.map(({ entry }) => entry) }
}

function pathOf({ group, version }: Listed): string {
  return group ? `/apis/${group}/${version}` : `/api/${version}`
}

function groupsOf(listed: Listed[]) {
  const names = [...new Set(listed.map(({ group }) => group))].filter(name => name !== '')
  return names.map(name => {
    const inGroup = [...new Set(listed.filter(({ group }) => group === name).map(({ version }) => version))]
    const versions = inGroup.map(version => ({ groupVersion: `${name}/${version}`, version }))
    return { name, versions, preferredVersion: versions[0] }
  })
}

function entriesOf(resource: Resource): Listed[] {
  const { group, version, name, kind, namespaced, shortNames, categories, subresources = [] } = resource
  const plain = { name, singularName: kind.toLowerCase(), namespaced, kind, verbs, shortNames, categories }
  const scale = { kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: ['get', 'patch', 'update'] }
  const below = subresources.map(subresource => {
    const entry = { name: `${name}/${subresource}`, singularName: '', namespaced }
    return subresource === 'scale' ? Object.assign(entry, scale) : Object.assign(entry, { kind, verbs: ['get'] })
  })
  return [plain, ...below].map(entry => ({ group, version, entry }))
}

const accessReviews: Listed[] = ['SelfSubjectAccessReview', 'SubjectAccessReview'].map(kind => ({
  group: 'authorization.k8s.io',
  version: 'v1',
  entry: {
    name: `${kind.toLowerCase()}s`,
    singularName: kind.toLowerCase(),
    namespaced: false,
    kind,
    verbs: ['create'],
  },
}))

const metricsEntries: Listed[] = [
  { name: 'pods', kind: 'PodMetrics', namespaced: true },
  { name: 'nodes', kind: 'NodeMetrics', namespaced: false },
].map(entry => ({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  entry: { ...entry, singularName: '', verbs: ['get', 'list'] },
}))
