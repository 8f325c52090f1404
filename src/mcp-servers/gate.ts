// Reads pass, writes wait: a write runs only with an approval sealed to exactly this call, used for one action. A dry run
// passes unsealed and changes nothing. What the object itself has to say (uid, generation) is the tool's to guard.
import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { unseal } from '#incident/approval.ts'
import type { Ledger } from '#incident/approval.ts'
import { Fault } from '#incident/fault.ts'
import type { Json, ServerName } from '#incident/tool-call.ts'
import { writes } from './define.ts'
import type { Server, Tool, ToolContext } from './define.ts'

/** What it takes to let a write pass. A process without it has no writes at all. */
export type Gate = { publicKey: KeyObject; ledger: Ledger }

export function openTools(server: Server, gate: Gate | undefined): readonly Tool[] {
  return gate ? server.tools : server.tools.filter(tool => !writes(tool))
}

/** What a caller may send: unknown arguments are refused, and every write can be tried first. */
export function inputOf(tool: Tool): z.ZodObject {
  return (writes(tool) ? tool.input.extend({ dry_run: DRY_RUN }) : tool.input).strict()
}

const DRY_RUN = z.boolean().default(false).describe('say what would change, and change nothing; needs no approval')

export type GatedCall = {
  server: ServerName
  tool: Tool
  /** As they came: what an approval is sealed to. */
  arguments: Record<string, Json>
  /** The same, parsed by `inputOf`. */
  input: Record<string, unknown>
  approval?: string
}

/** Throws a Fault: `forbidden` without the right seal, `expired`, or `conflict` after the action has an outcome. */
export async function passGate(call: GatedCall, context: ToolContext, gate: Gate | undefined): Promise<unknown> {
  const { tool } = call
  if (!writes(tool)) return tool.run(call.input, context)
  if (!gate)
    throw new Fault('forbidden', `${tool.name} changes things, and this server has no key to tell an approval by.`)
  const { dry_run: dryRun, ...input } = call.input
  if (dryRun === true) return tool.dryRun(input, context)
  if (!call.approval) {
    throw new Fault(
      'forbidden',
      `${tool.name} needs a person's approval of exactly this call. Try it with dry_run: true.`,
    )
  }
  const { dry_run: _dryRun, ...sealed } = call.arguments
  const approval = unseal(call.approval, { server: call.server, tool: tool.name, arguments: sealed }, gate.publicKey)
  const { mayLand } = await gate.ledger.claim(approval)
  return tool.write(input, context, { ...approval, mayLand, intend: patch => gate.ledger.intend(approval, patch) })
}
