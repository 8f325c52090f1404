// PATCH and PUT: what a client makes of an object that is there.
import { decoded, type WrittenObject } from './body.ts'
import type { Cluster } from './cluster.ts'
import { commit, existing, type WriteOptions, type Written } from './commit.ts'
import { withoutUnknown, wrongType } from './fields.ts'
import { isMap } from './json.ts'
import { patched } from './patch.ts'
import type { Route } from './route.ts'
import { conflict, invalid, invalidPatch } from './status.ts'
import { shown } from './versions.ts'

export function patchObject(
  cluster: Cluster,
  route: Route,
  contentType: string,
  body: string,
  options: WriteOptions,
): Written {
  const { resource, name = '' } = route
  const current = existing(cluster, route)
  const result = patched(contentType, shown(resource, current), body)
  const type = wrongType(resource.kind, result)
  if (type !== undefined || !isMap(result)) throw invalidPatch(result, type ?? 'not an object')
  const { object, unknown } = withoutUnknown(resource.kind, result, current)
  const said = unknown.map(field => `unknown field "${field}"`)
  if (options.strict && said.length > 0) throw invalidPatch(result, `strict decoding error: ${said.join(', ')}`)

  const written = object as WrittenObject
  if (written.metadata.uid !== undefined && written.metadata.uid !== current.metadata.uid) {
    const message = `Invalid value: ${JSON.stringify(written.metadata.uid)}: field is immutable`
    // A real server names the group so here, whatever the object's is.
    throw invalid(resource.kind, 'extensions', name, [{ reason: 'FieldValueInvalid', field: 'metadata.uid', message }])
  }
  return { object: shown(resource, commit(cluster, resource, current, written, options)), warnings: said }
}

export function replaceObject(cluster: Cluster, route: Route, body: string, options: WriteOptions): Written {
  const { resource, name = '' } = route
  const { object, warnings } = decoded(resource, body, options)
  const current = existing(cluster, route)
  const { uid } = object.metadata
  if (uid && uid !== current.metadata.uid)
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
    )
  return { object: shown(resource, commit(cluster, resource, current, object, options)), warnings }
}
