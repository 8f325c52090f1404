// The object in the body of a create or update request, checked as far as the server's decoder checks it.
import { withoutUnknown, wrongType } from './fields.ts'
import { isMap, type JsonMap } from './json.ts'
import type { Metadata } from './objects.ts'
import { apiVersionOf, type Resource } from './resources.ts'
import { badRequest } from './status.ts'

/** An object a client wrote: of the right kind, with metadata, not yet with all of it. */
export type WrittenObject = JsonMap & { metadata: Partial<Metadata> }

/** `strict`: unknown fields are an error instead of a warning. Throws 400. */
export function decoded(
  resource: Resource,
  body: string,
  { strict }: { strict: boolean },
): { object: WrittenObject; warnings: string[] } {
  const sent = parsed(body)
  const type = wrongType(resource.kind, sent)
  if (type)
    throw badRequest(
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${type}`,
    )
  const { kind = resource.kind, apiVersion = apiVersionOf(resource) } = sent
  if (kind !== resource.kind || apiVersion !== apiVersionOf(resource))
    throw badRequest(
      `the API version in the data (${String(apiVersion)}, Kind=${String(kind)}) does not match the expected API version (${apiVersionOf(resource)}, Kind=${resource.kind})`,
    )
  const { object, unknown } = withoutUnknown(resource.kind, sent)
  const warnings = unknown.map(field => `unknown field "${field}"`)
  if (strict && warnings.length > 0) throw badRequest(`strict decoding error: ${warnings.join(', ')}`)
  return { object: object as WrittenObject, warnings }
}

/** Throws 400 for what is no JSON object. */
export function parsed(body: string): JsonMap {
  try {
    const value: unknown = JSON.parse(body)
    if (isMap(value)) return value
  } catch {
    // refused below, as any other text that is no object
  }
  throw badRequest(
    "the object provided is unrecognized (must be of type JSON): couldn't get version/kind; json parse error",
  )
}
