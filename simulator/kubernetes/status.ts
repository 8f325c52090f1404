// What the API server answers instead of an object: the Status bodies, in its own words (seen on kube-apiserver 1.27).
import type { JsonMap } from './json.ts'
import type { Status } from './objects.ts'
import type { Resource } from './resources.ts'

/** An answer that is not the object asked for; thrown anywhere under the front door, sent there. */
export class Refusal extends Error {
  readonly code: number
  readonly body: Status | string
  constructor(code: number, body: Status | string) {
    super(typeof body === 'string' ? body : (body.message ?? String(code)))
    this.code = code
    this.body = body
  }
}

export type Cause = { reason: string; message: string; field: string }

export function status(code: number, reason: string | undefined, message: string, details?: JsonMap): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason && { reason }),
    ...(details && { details }),
    code,
  }
}

function refuse(code: number, reason: string | undefined, message: string, details?: JsonMap): Refusal {
  return new Refusal(code, status(code, reason, message, details))
}

/** `deployments.apps`, or `pods` in the core group. */
export function qualified(resource: Resource): string {
  return resource.group ? `${resource.name}.${resource.group}` : resource.name
}

function about(resource: Resource, name: string): JsonMap {
  return { name, ...(resource.group && { group: resource.group }), kind: resource.name }
}

export const noSuchPath = () => new Refusal(404, '404 page not found\n')
export const unauthorized = () => refuse(401, 'Unauthorized', 'Unauthorized')
export const badRequest = (message: string) => refuse(400, 'BadRequest', message)
export const notSimulated = (what: string) => badRequest(`not simulated: ${what}`)
/** A resourceVersion that is no number: the server fails without a reason. */
export const garbageVersion = (text: string) =>
  refuse(500, undefined, `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`)

export const notFound = (resource: Resource, name: string) =>
  refuse(404, 'NotFound', `${qualified(resource)} "${name}" not found`, about(resource, name))

export const alreadyExists = (resource: Resource, name: string) =>
  refuse(409, 'AlreadyExists', `${qualified(resource)} "${name}" already exists`, about(resource, name))

export const conflict = (resource: Resource, name: string, why: string, kind = resource.name) =>
  refuse(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`, {
    ...about(resource, name),
    kind,
  })

export const modified = (resource: Resource, name: string) =>
  conflict(
    resource,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  )

/** What every failed JSON Patch gets, a test that did not hold like a path that leads nowhere: no op, no cause. */
export const bareUnprocessable = () =>
  refuse(422, 'Invalid', 'the server rejected our request due to an error in our request', {})

export function invalid(kind: string, group: string, name: string, causes: Cause[]): Refusal {
  const listed = causes.map(cause => `${cause.field}: ${cause.message}`)
  return refuse(
    422,
    'Invalid',
    `${kind}${group && `.${group}`} "${name}" is invalid: ${listed.length === 1 ? listed[0] : `[${listed.join(', ')}]`}`,
    { ...(name && { name }), ...(group && { group }), ...(kind && { kind }), causes },
  )
}

/** A patch whose result is not such an object. As on a real server, the message holds the whole of it. */
export const invalidPatch = (result: unknown, why: string) =>
  invalid('', '', '', [
    {
      reason: 'FieldValueInvalid',
      field: 'patch',
      message: `Invalid value: ${JSON.stringify(JSON.stringify(result))}: ${why}`,
    },
  ])

export function forbidden(
  user: string,
  verb: string,
  resource: Resource,
  name: string | undefined,
  namespace: string | undefined,
  subresource?: string,
): Refusal {
  const path = subresource ? `${resource.name}/${subresource}` : resource.name
  const scope = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
  return refuse(
    403,
    'Forbidden',
    `${qualified(resource)}${name ? ` "${name}"` : ''} is forbidden: User "${user}" cannot ${verb} resource "${path}" in API group "${resource.group}" ${scope}`,
    { ...(name && { name }), ...(resource.group && { group: resource.group }), kind: resource.name },
  )
}

export const namespaceTerminating = (resource: Resource, name: string, namespace: string) => {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  return refuse(403, 'Forbidden', `${qualified(resource)} "${name}" is forbidden: ${why}`, {
    ...about(resource, name),
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  })
}

export const unsupportedMediaType = (accepted: string[]) =>
  refuse(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )

export const methodNotAllowed = () =>
  refuse(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')

/** A resourceVersion from the future, on a get or list. */
export const versionTooLarge = (asked: number, current: number) =>
  refuse(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })

/** `next`: a continue token that goes on from here over what is there now. */
export function expiredList(next?: string): Refusal {
  const body = status(410, 'Expired', 'The resourceVersion for the provided list is too old.')
  return new Refusal(410, next === undefined ? body : { ...body, metadata: { continue: next } })
}

export const expiredWatch = (asked: number, oldest: number): Status =>
  status(410, 'Expired', `too old resource version: ${asked} (${oldest})`)
