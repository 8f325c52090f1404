// The kinds this cluster serves: those that every cluster has, and the custom ones of its recording, as if their definitions were
// installed. What a definition says of a kind holds; of one without it, its objects tell.
import type { KubernetesObject } from '../recording.ts'
import type { Story } from '../story.ts'
import { isMap, valueAt } from './json.ts'
import { apiVersionOf, resources, type Resource } from './resources.ts'

export type Catalogue = {
  all: readonly Resource[]
  /** By the plural that stands in paths. */
  at(apiVersion: string, name: string): Resource | undefined
  /** Objects are recorded in the version of their day; the group and kind decide. */
  of(object: KubernetesObject): Resource | undefined
}

/** Answered from elsewhere, or no objects at all. */
const UNKEPT = ['metrics.k8s.io', 'authorization.k8s.io']

export function openCatalogue({ recording, afterCure }: Pick<Story, 'recording' | 'afterCure'>): Catalogue {
  const byKind = new Map(resources.filter(each => !each.kept).map(each => [kindKey(each.group, each.kind), each]))
  const all = [...resources]
  const serve = (resource: Resource) => {
    const key = kindKey(resource.group, resource.kind)
    const known = byKind.get(key)
    if (known && resources.includes(known)) return // other versions of it are no longer served
    if (all.some(each => apiVersionOf(each) === apiVersionOf(resource) && each.kind === resource.kind)) return
    all.push(known ? { ...resource, name: known.name, kept: known } : resource)
    if (!known) byKind.set(key, resource)
  }
  const objects = new Map<string, KubernetesObject>()
  for (const { records } of [recording, ...(afterCure ? [afterCure] : [])]) {
    for (const { object } of records['kubernetes/objects']) {
      if (object.kind === 'CustomResourceDefinition') for (const defined of definedBy(object)) serve(defined)
      const key = `${object.apiVersion}/${object.kind}`
      if (!objects.has(key)) objects.set(key, object)
    }
  }
  for (const object of objects.values()) {
    const [group = '', version = ''] = partsOf(object.apiVersion)
    const { kind, metadata } = object
    if (UNKEPT.includes(group)) continue
    serve({ group, version, name: pluralOf(kind), kind, namespaced: metadata.namespace !== undefined })
  }

  const byPath = new Map(all.map(each => [`${apiVersionOf(each)}/${each.name}`, each]))
  const byVersion = new Map(all.map(each => [`${apiVersionOf(each)}/${each.kind}`, each]))
  return {
    all,
    at: (apiVersion, name) => byPath.get(`${apiVersion}/${name}`),
    of({ apiVersion, kind }) {
      const [group = ''] = partsOf(apiVersion)
      return byVersion.get(`${apiVersion}/${kind}`) ?? byKind.get(kindKey(group, kind))
    },
  }
}

/** The resources of a CustomResourceDefinition, a version each. */
function definedBy(definition: KubernetesObject): Resource[] {
  const text = (path: string) => String(valueAt(definition, path) ?? '')
  const versions = valueAt(definition, 'spec.versions')
  const [group, kind, name] = [text('spec.group'), text('spec.names.kind'), text('spec.names.plural')]
  if (!group || !kind || !name || !Array.isArray(versions)) return []
  return versions.filter(isMap).map(({ name: version }) => ({
    group,
    version: String(version),
    name,
    kind,
    namespaced: text('spec.scope') !== 'Cluster',
    generation: 'spec',
  }))
}

/** apps/v1 -> apps, v1; v1 -> '', v1 */
function partsOf(apiVersion: string): string[] {
  return apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
}

function kindKey(group: string, kind: string): string {
  return `${group}/${kind}`
}

/** As definitions usually spell it: gateways, policies, classes, meshes. */
function pluralOf(kind: string): string {
  const singular = kind.toLowerCase()
  if (/(?:s|x|ch|sh)$/.test(singular)) return `${singular}es`
  return /[^aeiou]y$/.test(singular) ? `${singular.slice(0, -1)}ies` : `${singular}s`
}
