// One of our servers in the words of MCP: its tools listed, a call checked, let through the gate, run, and answered or
// refused as MCPError; its resources and prompts beside them. Transports are host.ts and toolbox.ts.
import { randomUUID } from 'node:crypto'
import { ProtocolError, ProtocolErrorCode, Server as McpServer } from '@modelcontextprotocol/server'
import type { CallToolRequest, CallToolResult, McpRequestContext, ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { APPROVAL_META } from '#incident/approval.ts'
import { asFault, Fault } from '#incident/fault.ts'
import type { Log, Observe } from '#incident/observe.ts'
import type { Json } from '#incident/tool-call.ts'
import type { Millis } from '#incident/signal.ts'
import { parseArguments, unknownName } from './arguments.ts'
import type { Server, Tool, ToolContext } from './define.ts'
import { describe } from './describe.ts'
import { inputOf, openTools, passGate } from './gate.ts'
import type { Gate } from './gate.ts'
import { presentFault } from './present.ts'
import { complete, getPrompt, listPrompts } from './prompts.ts'
import { listResources, listTemplates, readResource } from './resources.ts'
import { scopeOf } from './scope.ts'

export type ProtocolOptions = {
  clock: () => Millis
  log: Log
  observe: Observe
  /** Absent: this server has no writes. */
  gate?: Gate
}

export const PRODUCT = { name: 'incident-orchestrator', version: '0.1.0' }

/** Makes as many SDK servers as there are connections; all share the tools, which are described once. */
export function protocolOf(server: Server, options: ProtocolOptions): (connection?: McpRequestContext) => McpServer {
  const all = offered(openTools(server, options.gate))
  const reads = offered(openTools(server, undefined))
  const info = { ...PRODUCT, name: `${PRODUCT.name}/${server.name}`, title: server.title }

  return connection => {
    const { tools, listed } = mayWrite(server, connection) ? all : reads
    const subscribe = server.listen !== undefined && keepsOpen(connection)
    const mcp = new McpServer(info, {
      capabilities: {
        tools: {},
        ...(server.resources && { resources: { subscribe } }),
        ...(server.prompts && { prompts: {}, completions: {} }),
      },
      instructions: server.instructions,
    })
    mcp.setRequestHandler('tools/list', () => ({ tools: listed }))
    mcp.setRequestHandler('tools/call', async (request, context) => {
      const { name } = request.params
      const found = tools.get(name)
      if (!found) throw new ProtocolError(ProtocolErrorCode.InvalidParams, unknownName('tool', name, [...tools.keys()]))
      return answer(server, found, request, context, options)
    })
    if (server.resources) offerResources(mcp, server.resources, server, options)
    if (server.prompts) offerPrompts(mcp, server.prompts, server, options)
    return mcp
  }
}

function offered(open: readonly Tool[]) {
  const tools = new Map(open.map(tool => [tool.name, { tool, input: inputOf(tool) }]))
  return { tools, listed: open.map(tool => describe(tool)) }
}

/** A key may be for reading only. Where nobody is asked for one, the gate alone decides. */
function mayWrite({ name }: Server, connection: McpRequestContext | undefined): boolean {
  return connection?.authInfo === undefined || connection.authInfo.scopes.includes(scopeOf(name, 'write'))
}

/** A client of 2025 over HTTP has no session here, and so no stream on which it could be told of a change. */
function keepsOpen(connection: McpRequestContext | undefined): boolean {
  return connection?.era === 'modern' || connection?.requestInfo === undefined
}

function offerResources(
  mcp: McpServer,
  resources: NonNullable<Server['resources']>,
  server: Server,
  options: ProtocolOptions,
): void {
  const templates = listTemplates(resources)
  mcp.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: templates }))
  mcp.setRequestHandler('resources/list', (_request, { mcpReq }) =>
    refusing(server, options, async () => ({ resources: await listResources(resources, contextOf(mcpReq, options)) })),
  )
  mcp.setRequestHandler('resources/read', ({ params }, { mcpReq }) =>
    refusing(server, options, () => readResource(resources, params.uri, contextOf(mcpReq, options))),
  )
}

function offerPrompts(
  mcp: McpServer,
  prompts: NonNullable<Server['prompts']>,
  server: Server,
  options: ProtocolOptions,
): void {
  const listed = listPrompts(prompts)
  mcp.setRequestHandler('prompts/list', () => ({ prompts: listed }))
  mcp.setRequestHandler('prompts/get', ({ params }, { mcpReq }) =>
    refusing(server, options, () => getPrompt(prompts, params, contextOf(mcpReq, options))),
  )
  mcp.setRequestHandler('completion/complete', ({ params }) =>
    refusing(server, options, () => complete(prompts, params)),
  )
}

/** What is no tool has no result that could say an error: it is a JSON-RPC error with the MCPError as its data. */
async function refusing<T>(server: Server, { log }: ProtocolOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ProtocolError) throw error
    const fault = asFault(error)
    const correlationId = randomUUID()
    const level = fault.whose === 'ours' ? 'error' : 'info'
    log[level]({ server: server.name, correlationId, code: fault.code, err: fault.cause ?? fault }, 'request refused')
    const code = fault.code === 'validation' ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError
    throw new ProtocolError(code, fault.message, presentFault(fault, correlationId))
  }
}

function contextOf(mcpReq: ServerContext['mcpReq'], { clock, log }: ProtocolOptions): ToolContext {
  return { signal: mcpReq.signal, now: clock, log, progress: progressOf(mcpReq) }
}

async function answer(
  server: Server,
  { tool, input }: { tool: Tool; input: z.ZodObject },
  { params }: CallToolRequest,
  { mcpReq }: ServerContext,
  options: ProtocolOptions,
): Promise<CallToolResult> {
  const { log, observe, gate } = options
  const correlationId = randomUUID()
  const call = { server: server.name, tool: tool.name, correlationId }
  const labels = { server: server.name, tool: tool.name }
  const approval = mcpReq._meta?.[APPROVAL_META]
  try {
    const given = (params.arguments ?? {}) as Record<string, Json>
    const answered = await passGate(
      {
        server: server.name,
        tool,
        arguments: given,
        input: parseArguments(input, given),
        ...(typeof approval === 'string' && { approval }),
      },
      contextOf(mcpReq, options),
      gate,
    )
    const structured = parseOutput(tool, answered)
    observe.count('mcp_calls_total', { ...labels, outcome: 'ok' })
    const attached = tool.attach?.(structured) ?? []
    return { content: [{ type: 'text', text: tool.text(structured) }, ...attached], structuredContent: structured }
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

function parseOutput(tool: Tool, answered: unknown): Record<string, unknown> {
  const parsed = tool.output.safeParse(answered)
  if (parsed.success) return parsed.data
  throw new Error(`[${tool.name}] answered what its output schema does not allow: ${z.prettifyError(parsed.error)}`)
}

function progressOf({ _meta, notify }: ServerContext['mcpReq']): ToolContext['progress'] {
  const progressToken = _meta?.progressToken
  return (progress, total, message) => {
    if (progressToken === undefined) return
    // A caller who has left cannot be told; the call itself ends by its signal.
    notify({ method: 'notifications/progress', params: { progressToken, progress, total, message } }).catch(() => {})
  }
}
