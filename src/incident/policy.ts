// Who may approve what, where and when. First match wins; no match is no.
import { canonical, sha256 } from './canonical.ts'
import { matches } from './glob.ts'
import { isSame } from './remedy.ts'
import type { Identity, Person } from './remedy.ts'
import type { ToolCall } from './tool-call.ts'

export type Rule = {
  /** Glob with `*`, as the call's `cluster` argument; absent: every cluster. A call that names none is of the only one there is. */
  clusters?: string[]
  /** Glob with `*`; as the call's `namespace` argument. */
  namespaces: string[]
  tools: string[] // 'restart_workload', or '*'
  effect: 'allow' | 'deny'
  roles: string[]
  approvals: 1 | 2 // distinct people
  ttlSeconds: number
  replicas?: { min: number; max: number }
}

/** `person`: who it is, where one person has several identities: their two yeses are one. */
export type Member = Identity & { person?: string }

export type Policy = {
  version: 1
  /** Stops every execution at once, whatever the rules say. */
  stopped: boolean
  roles: Record<string, Member[]>
  rules: Rule[]
}

/** Why somebody may do nothing here, whatever their roles. */
export const NOT_FOR: Record<NonNullable<Person['standing']>, string> = {
  guest: 'guests of the workspace may read along, not act',
  bot: 'bots do not act here, only people do',
  stranger: 'only people of the workspace this bot is installed in act here',
}

export type Decision = { allowed: true; approvals: number; ttlSeconds: number } | { allowed: false; because: string }

export function decide(policy: Policy, person: Person, call: ToolCall): Decision {
  if (person.standing) return no(NOT_FOR[person.standing])
  if (policy.stopped) return no('every remedy is stopped by the policy file (stopped: true)')
  const where = placeOf(call)
  const rule = ruleFor(policy, call)
  if (!rule) return no(`no rule of the policy covers ${call.tool} in ${where}`)
  if (rule.effect === 'deny') return no(`the policy forbids ${call.tool} in ${where}`)
  const roles = rolesOf(policy, person)
  if (!rule.roles.some(role => roles.includes(role))) {
    return no(`${call.tool} in ${where} is for ${rule.roles.join(' or ')}`)
  }
  const replicas = call.arguments['replicas']
  if (rule.replicas && typeof replicas === 'number' && !within(replicas, rule.replicas)) {
    return no(`the policy allows ${rule.replicas.min} to ${rule.replicas.max} replicas, not ${replicas}`)
  }
  return { allowed: true, approvals: rule.approvals, ttlSeconds: rule.ttlSeconds }
}

export function rolesOf(policy: Policy, person: Person): string[] {
  return Object.entries(policy.roles)
    .filter(([, members]) => members.some(member => isSame(member, person)))
    .map(([role]) => role)
}

/** Whether two identities are one person, as the policy tells it. */
export function isSamePerson(policy: Policy, a: Identity, b: Identity): boolean {
  if (isSame(a, b)) return true
  const members = Object.values(policy.roles).flat()
  const called = (identity: Identity) =>
    members.find(member => member.person !== undefined && isSame(member, identity))?.person
  const who = called(a)
  return who !== undefined && who === called(b)
}

/** Goes into every approval, so that one given under another policy can be told. */
export function policyHash(policy: Policy): string {
  return sha256(canonical(policy))
}

/** Whether some rule would ever take this person's yes: whom to show buttons that approve. The gate decides again. */
export function mayApprove(policy: Policy, person: Person): boolean {
  if (person.standing) return false
  const roles = rolesOf(policy, person)
  return policy.rules.some(
    ({ effect, roles: wanted }) => effect === 'allow' && wanted.some(role => roles.includes(role)),
  )
}

/** Roles whose yes a call needs; none where the policy forbids it or does not speak of it. */
export function approversOf(policy: Policy, call: ToolCall): string[] {
  const rule = ruleFor(policy, call)
  return rule?.effect === 'allow' ? rule.roles : []
}

function ruleFor({ rules }: Policy, call: ToolCall): Rule | undefined {
  return rules.find(
    ({ clusters, namespaces, tools }) =>
      (!clusters || clusters.some(pattern => matches(pattern, clusterOf(call)))) &&
      namespaces.some(pattern => matches(pattern, namespaceOf(call))) &&
      tools.some(pattern => matches(pattern, call.tool)),
  )
}

function namespaceOf(call: ToolCall): string {
  return String(call.arguments['namespace'] ?? '')
}

function clusterOf(call: ToolCall): string {
  return String(call.arguments['cluster'] ?? '')
}

/** `shop`, and among several clusters `shop of eu` */
function placeOf(call: ToolCall): string {
  const namespace = namespaceOf(call) || 'no namespace'
  const cluster = clusterOf(call)
  return cluster ? `${namespace} of ${cluster}` : namespace
}

function no(because: string): Decision {
  return { allowed: false, because }
}

function within(value: number, range: { min: number; max: number }): boolean {
  return value >= range.min && value <= range.max
}
