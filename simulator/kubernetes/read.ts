// get and list: which objects, at which version.
import type { Cluster } from './cluster.ts'
import type { StoredObject } from './objects.ts'
import type { Page, Pages, Snapshot } from './pages.ts'
import type { Resource } from './resources.ts'
import type { Route } from './route.ts'
import { fieldSelector, labelSelector, type Matches } from './selectors.ts'
import { badRequest, expiredList, garbageVersion, notFound, versionTooLarge } from './status.ts'
import { shown } from './versions.ts'

export function getObject(
  { store }: Cluster,
  { resource, namespace, name = '' }: Route,
  query: URLSearchParams,
): StoredObject {
  versionAsked(query, store.version())
  const object = store.get(resource.kept ?? resource, namespace, name)
  if (!object) throw notFound(resource, name)
  return shown(resource, object)
}

export type List = Page & { selected: boolean }

/** What selectors chose of a list, as long as the list stands: a look through a hundred thousand Events takes its time. */
const chosen = new WeakMap<readonly StoredObject[], Map<string, readonly StoredObject[]>>()

export function listObjects({ store }: Cluster, pages: Pages, route: Route, query: URLSearchParams): List {
  const { resource, namespace } = route
  const token = query.get('continue')
  const asked = versionAsked(query, store.version())
  if (token && asked !== undefined) throw badRequest('specifying resource version is not allowed when using continue')
  if (query.get('resourceVersionMatch') === 'Exact' && asked !== store.version()) throw expiredList()

  const matches = selectorOf(resource, query)
  const selectors = [query.get('labelSelector'), query.get('fieldSelector')]
  const scope = JSON.stringify([resource.group, resource.name, namespace, ...selectors])
  const now = (): Snapshot => {
    const all = store.list(resource.kept ?? resource, namespace)
    const known = chosen.get(all) ?? new Map<string, readonly StoredObject[]>()
    chosen.set(all, known)
    const items = known.get(scope) ?? all.map(object => shown(resource, object)).filter(matches)
    known.set(scope, items)
    return { version: store.version(), items }
  }
  // A list at version 0 comes from the watch cache, which knows no pages.
  const limit = asked === 0 ? 0 : Number(query.get('limit') ?? 0) || 0
  const { snapshot, after } = token
    ? pages.resume(scope, token, store.oldest(), now)
    : { snapshot: now(), after: undefined }
  return { ...pages.cut(scope, snapshot, after, limit), selected: selectors.some(Boolean) }
}

/** Label and field selector of a query, for objects as the resource shows them. */
export function selectorOf(resource: Resource, query: URLSearchParams): Matches {
  const byLabel = labelSelector(query.get('labelSelector'))
  const byField = fieldSelector(resource, query.get('fieldSelector'))
  return object => byLabel(object) && byField(object)
}

/** The resourceVersion a reader asks for, none for the newest. Throws 500 for garbage and 504 for one from the future. */
function versionAsked(query: URLSearchParams, current: number): number | undefined {
  const text = query.get('resourceVersion') ?? ''
  if (text === '') return undefined
  if (!/^\d+$/.test(text)) throw garbageVersion(text)
  if (Number(text) > current) throw versionTooLarge(Number(text), current)
  return Number(text)
}
