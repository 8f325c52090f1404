// A person's yes, sealed to one exact call on one exact object. Ports: Toolbox (calls tools), Ledger (single use).
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { canonical } from './canonical.ts'
import { Fault } from './fault.ts'
import type { Json, ServerName, ToolCall } from './tool-call.ts'
import type { Millis } from './signal.ts'

export type Approval = {
  remedy: string
  actionId: string
  call: ToolCall
  uid: string
  generation: number
  approvedAt: Millis
  expiresAt: Millis
  approvedBy: string[] // chat:team:user
  policy: string // hash of the policy it was given under
}

/** The key under which an approval travels in a call's `_meta`. */
export const APPROVAL_META = 'incident-orchestrator/approval'

/** Ed25519 over the canonical JSON: `base64url(approval).base64url(signature)`. */
export function seal(approval: Approval, privateKey: KeyObject): string {
  const payload = Buffer.from(canonical(approval))
  return `${payload.toString('base64url')}.${sign(null, payload, privateKey).toString('base64url')}`
}

/** Throws a Fault `forbidden` unless the seal is ours and is for exactly this call. Expiry is the ledger's to check. */
export function unseal(token: string, call: ToolCall, publicKey: KeyObject): Approval {
  const [payload, signature, ...more] = token.split('.')
  if (!payload || !signature || more.length > 0) throw refused('is not an approval of ours')
  const bytes = Buffer.from(payload, 'base64url')
  if (!verify(null, bytes, publicKey, Buffer.from(signature, 'base64url'))) throw refused('is not sealed by us')
  const approval = JSON.parse(bytes.toString()) as Approval
  if (canonical(approval.call) !== canonical(call)) throw refused('is for another call')
  return approval
}

function refused(why: string): Fault {
  return new Fault(
    'forbidden',
    `The approval that came with this call ${why}. Ask for the remedy again and approve that.`,
  )
}

export function publicKeyOf(privateKey: KeyObject): KeyObject {
  return createPublicKey(privateKey)
}

export function privateKeyFrom(pem: string): KeyObject {
  return createPrivateKey(pem)
}

/**
 * Single use means one action: `claim` lets the first call pass (and throws `expired` after `expiresAt`), lets the same
 * action pass again until an outcome is recorded, and throws `conflict` afterwards. `mayLand`: an earlier call under it,
 * perhaps of a process that died, may have sent the change, and it may land yet. `intend` records what is about to be sent.
 */
export type Ledger = {
  claim(approval: Approval): Promise<{ mayLand: boolean }>
  intend(approval: Approval, patch: string): Promise<void>
}

export type ToolAnswer = { structured: Record<string, unknown>; text: string }

/**
 * Every tool of every server, by the MCP protocol. Contract: throws only Faults; gives up after `deadlineMillis` of real time;
 * an approval is passed on untouched and never logged.
 */
export type Toolbox = {
  call(
    call: { server: ServerName; tool: string; arguments: Record<string, Json> },
    options: { deadlineMillis: number; approval?: string; signal?: AbortSignal },
  ): Promise<ToolAnswer>
  /** Names of the tools each server has now; an unreachable server has none. */
  tools(): Promise<{ server: ServerName; tool: string; description: string; readOnly: boolean }[]>
  close(): Promise<void>
}

/** What the write itself is told, once the gate has let it pass. */
export type Permit = Approval & { mayLand: boolean; intend(patch: string): Promise<void> }
