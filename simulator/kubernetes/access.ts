// Who asks and what they may do. Everybody may do everything, except users whose name starts with "denied-": they may only
// ask what they may do. Impersonation needs no right, and only the user's name counts.
import type { IncomingHttpHeaders } from 'node:http'
import type { JsonMap } from './json.ts'
import { isMap } from './json.ts'
import type { Route } from './route.ts'
import { forbidden, invalid, Refusal, unauthorized, type Cause } from './status.ts'

/** Whom the kubeconfig's token stands for. */
const operator = 'operator'

/**
 * The user's name. Throws 401 for another bearer token than `token`. None at all passes: kubectl and client-go keep their token
 * to themselves where the server's address is not https.
 */
export function userOf(headers: IncomingHttpHeaders, token: string | undefined): string {
  const { authorization } = headers
  if (token !== undefined && authorization !== undefined && authorization !== `Bearer ${token}`) throw unauthorized()
  const user = headers['impersonate-user']
  if (typeof user === 'string') return user
  if (headers['impersonate-group'] !== undefined)
    throw new Refusal(500, 'Internal Server Error: requested groups without impersonating a user\n')
  return operator
}

export function isAllowed(user: string): boolean {
  return !user.startsWith('denied-')
}

export function demandAccess(user: string, { verb, resource, name, namespace, subresource }: Route): void {
  if (!isAllowed(user)) throw forbidden(user, verb, resource, name, namespace, subresource)
}

/** The answer to a SelfSubjectAccessReview or SubjectAccessReview; the caller sends it as 201. */
export function reviewAccess(kind: string, user: string, review: JsonMap): JsonMap {
  const spec = isMap(review.spec) ? review.spec : {}
  const causes: Cause[] = []
  if ((spec.resourceAttributes === undefined) === (spec.nonResourceAttributes === undefined))
    causes.push(
      required(
        'spec.resourceAttributes',
        'exactly one of nonResourceAttributes or resourceAttributes must be specified',
      ),
    )
  const self = kind === 'SelfSubjectAccessReview'
  const groups = Array.isArray(spec.groups) ? spec.groups : []
  if (!self && !spec.user && groups.length === 0)
    causes.push(required('spec.user', 'at least one of user or group must be specified'))
  if (causes.length > 0) throw invalid(kind, 'authorization.k8s.io', '', causes)

  const subject = self ? user : String(spec.user ?? '')
  const reason = `RBAC: allowed by ClusterRoleBinding "operators" of ClusterRole "operator" to User "${subject}"`
  const status = isAllowed(subject) ? { allowed: true, reason } : { allowed: false }
  return { kind, apiVersion: 'authorization.k8s.io/v1', metadata: { creationTimestamp: null }, spec, status }
}

function required(field: string, why: string): Cause {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${why}` }
}
