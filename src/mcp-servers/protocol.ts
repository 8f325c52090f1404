// One of our servers in the words of MCP: its tools listed, a call checked, let through the gate, run, and answered or
// refused as MCPError. Transports are host.ts and toolbox.ts.
import { randomUUID } from 'node:crypto'
import { ProtocolError, ProtocolErrorCode, Server as McpServer } from '@modelcontextprotocol/server'
import type { CallToolRequest, CallToolResult, ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { APPROVAL_META } from '#incident/approval.ts'
import { asFault, Fault } from '#incident/fault.ts'
import type { Log, Observe } from '#incident/observe.ts'
import type { Json } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'
import type { Server, Tool, ToolContext } from './define.ts'
import { describe } from './describe.ts'
import { inputOf, openTools, passGate } from './gate.ts'
import type { Gate } from './gate.ts'
import { nearest } from './nearest.ts'
import { presentFault } from './present.ts'

export type ProtocolOptions = {
  clock: () => Millis
  log: Log
  observe: Observe
  /** Absent: this server has no writes. */
  gate?: Gate
}

export const PRODUCT = { name: 'incident-orchestrator', version: '0.1.0' }

/** Makes as many SDK servers as there are connections; all share the tools, which are described once. */
export function protocolOf(server: Server, options: ProtocolOptions): () => McpServer {
  const open = openTools(server, options.gate)
  const tools = new Map(open.map(tool => [tool.name, { tool, input: inputOf(tool) }]))
  const listed = open.map(tool => describe(tool))
  const info = { ...PRODUCT, name: `${PRODUCT.name}/${server.name}`, title: server.title }

  return () => {
    const mcp = new McpServer(info, { capabilities: { tools: {} }, instructions: server.instructions })
    mcp.setRequestHandler('tools/list', () => ({ tools: listed }))
    mcp.setRequestHandler('tools/call', async (request, context) => {
      const found = tools.get(request.params.name)
      if (!found)
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, unknownTool(request.params.name, [...tools.keys()]))
      return answer(server, found, request, context, options)
    })
    return mcp
  }
}

async function answer(
  server: Server,
  { tool, input }: { tool: Tool; input: z.ZodObject },
  { params }: CallToolRequest,
  { mcpReq }: ServerContext,
  { clock, log, observe, gate }: ProtocolOptions,
): Promise<CallToolResult> {
  const correlationId = randomUUID()
  const call = { server: server.name, tool: tool.name, correlationId }
  const labels = { server: server.name, tool: tool.name }
  const context: ToolContext = { signal: mcpReq.signal, now: clock, log, progress: progressOf(mcpReq) }
  const approval = mcpReq._meta?.[APPROVAL_META]
  try {
    const given = (params.arguments ?? {}) as Record<string, Json>
    const answered = await passGate(
      {
        server: server.name,
        tool,
        arguments: given,
        input: parseInput(input, given),
        ...(typeof approval === 'string' && { approval }),
      },
      context,
      gate,
    )
    const structured = parseOutput(tool, answered)
    observe.count('mcp_calls_total', { ...labels, outcome: 'ok' })
    return { content: [{ type: 'text', text: tool.text(structured) }], structuredContent: structured }
  } catch (error) {
    const fault = asFault(error)
    observe.count('mcp_calls_total', { ...labels, outcome: fault.code })
    log[fault.whose === 'ours' ? 'error' : 'info'](
      { ...call, code: fault.code, err: fault.cause ?? fault },
      'tool call refused',
    )
    return refusal(fault, correlationId)
  }
}

/** The key under which a refusal's MCPError stands in `_meta`; the text says the same. */
export const FAULT_META = 'incident-orchestrator/fault'

/** Not as structured content: clients of the 1.x SDK check that against the tool's output schema, errors included. */
function refusal(fault: Fault, correlationId: string): CallToolResult {
  const wire = presentFault(fault, correlationId)
  return { isError: true, content: [{ type: 'text', text: JSON.stringify(wire) }], _meta: { [FAULT_META]: wire } }
}

function parseInput(input: z.ZodObject, given: Record<string, Json>): Record<string, unknown> {
  const parsed = input.safeParse(given)
  if (parsed.success) return parsed.data
  const known = Object.keys(input.shape)
  throw new Fault(
    'validation',
    parsed.error.issues
      .slice(0, 5)
      .map(issue => problem(issue, known))
      .join(' '),
  )
}

function problem(issue: z.core.$ZodIssue, known: string[]): string {
  if (issue.code !== 'unrecognized_keys') return `${issue.path.join('.') || 'arguments'}: ${issue.message}.`
  return issue.keys
    .slice(0, 5)
    .map(key => {
      const meant = nearest(key, known)
      return `Unknown argument ${JSON.stringify(key.slice(0, 60))}; ${meant ? `did you mean ${meant}?` : `known are ${known.join(', ') || 'none'}.`}`
    })
    .join(' ')
}

function parseOutput(tool: Tool, answered: unknown): Record<string, unknown> {
  const parsed = tool.output.safeParse(answered)
  if (parsed.success) return parsed.data
  throw new Error(`[${tool.name}] answered what its output schema does not allow: ${z.prettifyError(parsed.error)}`)
}

function unknownTool(name: string, known: string[]): string {
  const meant = nearest(name, known)
  return `There is no tool ${JSON.stringify(name.slice(0, 60))}${meant ? `; did you mean ${meant}?` : `. There are: ${known.join(', ')}.`}`
}

function progressOf({ _meta, notify }: ServerContext['mcpReq']): ToolContext['progress'] {
  const progressToken = _meta?.progressToken
  return (progress, total, message) => {
    if (progressToken === undefined) return
    // A caller who has left cannot be told; the call itself ends by its signal.
    notify({ method: 'notifications/progress', params: { progressToken, progress, total, message } }).catch(() => {})
  }
}
