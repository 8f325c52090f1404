// What a request asks for, read from its method and path alone.
import type { Catalogue } from './catalogue.ts'
import type { Resource } from './resources.ts'

export type Route = {
  resource: Resource
  namespace?: string
  name?: string
  subresource?: string
  verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'
}

/** Undefined for a path that no kind has. */
export function routeOf({ at }: Catalogue, method: string, url: URL): Route | undefined {
  const [root, ...rest] = url.pathname.split('/').slice(1).map(decoded)
  if (root !== 'api' && root !== 'apis') return undefined
  const apiVersion = rest.splice(0, root === 'api' ? 1 : 2).join('/')
  const scoped = rest[0] === 'namespaces' && rest.length > 2
  const namespace = scoped ? rest[1] : undefined
  const [plural = '', name, subresource, ...more] = scoped ? rest.slice(2) : rest
  const resource = at(apiVersion, plural)
  if (!resource || more.length > 0 || (resource.namespaced ? name !== undefined && !scoped : scoped)) return undefined

  const watching = ['true', '1'].includes(url.searchParams.get('watch') ?? '')
  const reading = watching ? 'watch' : name === undefined ? 'list' : 'get'
  const deleting = name === undefined ? 'deletecollection' : 'delete'
  const verbs: Record<string, Route['verb']> = {
    GET: reading,
    POST: 'create',
    PUT: 'update',
    PATCH: 'patch',
    DELETE: deleting,
  }
  const verb = verbs[method]
  return verb && { resource, namespace, name, subresource, verb }
}

/** A name that is no URL encoding stays as it came; no object has it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
