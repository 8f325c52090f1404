// JSON Merge Patch (RFC 7396), and the strategic merge patch of Kubernetes for its built-in kinds:
// maps are merged, and lists whose items have a merge key are merged by it (as `kubectl set`, `edit` and `rollout` send).
// Of the directives: `$patch: delete|replace`, `$retainKeys`, `$deleteFromPrimitiveList/…`; `$setElementOrder/…` is read over.
import { isMap, sameJson, type JsonMap } from './json.ts'

export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch
  const result: JsonMap = isMap(document) ? { ...document } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = applyMergePatch(result[key], value)
  }
  return result
}

/**
 * The fields that name an item of a list, by the list's name (`patchMergeKey` in k8s.io/api). A ports list is
 * a container's or a service's; a list that is not here, like `args` or `tolerations`, is replaced as a whole.
 */
const mergeKeys = new Map(
  Object.entries({
    containers: ['name'],
    initContainers: ['name'],
    ephemeralContainers: ['name'],
    volumes: ['name'],
    env: ['name'],
    imagePullSecrets: ['name'],
    volumeMounts: ['mountPath'],
    volumeDevices: ['devicePath'],
    ports: ['containerPort', 'port'],
    hostAliases: ['ip'],
    topologySpreadConstraints: ['topologyKey'],
    conditions: ['type'],
    ownerReferences: ['uid'],
  }),
)

export function applyStrategicPatch(document: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch
  if (patch.$patch === 'replace') return withoutDirectives(patch)
  const result: JsonMap = isMap(document) ? { ...document } : {}
  for (const [key, value] of Object.entries(patch)) {
    const [directive, list] = key.split('/')
    if (directive === '$deleteFromPrimitiveList' && list) result[list] = without(result[list], value)
    else if (key.startsWith('$')) continue
    else if (value === null) delete result[key]
    else if (Array.isArray(value)) result[key] = mergeList(key, result[key], value)
    else result[key] = applyStrategicPatch(result[key], value)
  }
  if (!Array.isArray(patch.$retainKeys)) return result
  const retained = patch.$retainKeys
  return Object.fromEntries(Object.entries(result).filter(([key]) => retained.includes(key)))
}

function mergeList(name: string, current: unknown, patch: unknown[]): unknown[] {
  const items = Array.isArray(current) ? current : []
  if (name === 'finalizers') return [...items, ...patch.filter(item => !items.includes(item))]
  const key = mergeKeys.get(name)?.find(candidate => patch.some(item => isMap(item) && candidate in item))
  if (patch.some(item => isMap(item) && item.$patch === 'replace' && Object.keys(item).length === 1))
    return patch.filter(item => !isMap(item) || item.$patch === undefined)
  if (key === undefined) return patch.map(withoutDirectives)

  const result = [...items]
  for (const change of patch) {
    const at = result.findIndex(item => isMap(item) && isMap(change) && sameJson(item[key], change[key]))
    const deleted = isMap(change) && change.$patch === 'delete'
    if (at < 0 && !deleted) result.push(applyStrategicPatch({}, change))
    else if (at >= 0 && deleted) result.splice(at, 1)
    else if (at >= 0) result[at] = applyStrategicPatch(result[at], change)
  }
  return result
}

function without(list: unknown, gone: unknown): unknown {
  return Array.isArray(list) && Array.isArray(gone) ? list.filter(item => !gone.includes(item)) : list
}

function withoutDirectives(value: unknown): unknown {
  if (!isMap(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('$')))
}
