// Every tool of every server, through a real MCP client: in process over a linked transport, or remote over Streamable
// HTTP; after the connection it is the same code. Throws only Faults.
import {
  Client,
  InMemoryTransport,
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import type { CallToolResult, jsonSchemaValidator } from '@modelcontextprotocol/client'
import { APPROVAL_META } from '#incident/approval.ts'
import type { Toolbox } from '#incident/approval.ts'
import { Fault } from '#incident/fault.ts'
import { UNOBSERVED } from '#incident/observe.ts'
import type { ServerName } from '#incident/tool-call.ts'
import type { Server } from './define.ts'
import { FAULT_META, PRODUCT, protocolOf } from './protocol.ts'
import type { ProtocolOptions } from './protocol.ts'
import { faultSchema } from './wire.ts'

/** A server of ours that runs elsewhere. */
export type RemoteServer = { name: ServerName; url: string; token?: string }

export type ToolboxOptions = ProtocolOptions & { servers?: readonly Server[]; remotes?: readonly RemoteServer[] }

/**
 * Connects when a server is first needed, and again after a connection was lost, so that one that is down costs only its
 * own calls.
 */
export async function createToolbox({ servers = [], remotes = [], ...options }: ToolboxOptions): Promise<Toolbox> {
  const { log, observe } = options
  const connections = new Map<ServerName, Connection>([
    ...servers.map(server => [server.name, connection(() => connectInProcess(server, options))] as const),
    ...remotes.map(remote => [remote.name, connection(() => connectRemote(remote))] as const),
  ])

  return {
    async call({ server, tool, arguments: given }, { deadlineMillis, approval, signal }) {
      const outcome = (result: string) => observe.count('mcp_calls_total', { server, tool, outcome: result })
      const known = connections.get(server)
      let client: Client | undefined
      try {
        if (!known) throw new Fault('not_found', `The server ${server} is not configured.`)
        if (deadlineMillis <= 0) throw new Fault('network', `No time was left to ask ${server} for ${tool}.`)
        const until = performance.now() + deadlineMillis
        client = await withTimeout(known.client(), deadlineMillis, `${server} could not be reached in time.`)
        const params = { name: tool, arguments: given, ...(approval && { _meta: { [APPROVAL_META]: approval } }) }
        const left = Math.max(1, until - performance.now())
        const result = await client.callTool(params, { timeout: left, maxTotalTimeout: left, signal })
        const answer = answerOf(server, tool, result)
        outcome('ok')
        return answer
      } catch (error) {
        const fault = signal?.aborted ? givenUp(server, tool, error) : faultOf(error, server, tool)
        if (client && !signal?.aborted && lostConnection(error)) known?.forget(client)
        outcome(fault.code)
        log.debug({ server, tool, code: fault.code, err: fault.cause ?? fault }, 'tool call failed')
        throw fault
      }
    },

    async tools() {
      const lists = await Promise.all(
        [...connections].map(async ([server, known]) => {
          let client: Client | undefined
          try {
            client = await withTimeout(known.client(), LIST_MILLIS, `${server} could not be reached in time.`)
            const { tools } = await client.listTools(undefined, { timeout: LIST_MILLIS })
            return tools.map(({ name, description = '', annotations }) => ({
              server,
              tool: name,
              description,
              readOnly: annotations?.readOnlyHint === true,
            }))
          } catch (error) {
            if (client && lostConnection(error)) known.forget(client)
            log.info({ server, err: error }, 'server has no tools now')
            return []
          }
        }),
      )
      return lists.flat()
    },

    async close() {
      await Promise.all([...connections.values()].map(known => known.close()))
    },
  }
}

const LIST_MILLIS = 8000 // as long as a vendor is waited for

type Connection = {
  client(): Promise<Client>
  /** Makes the next call connect anew, unless another one has done so already. */
  forget(lost: Client): void
  close(): Promise<void>
}

function connection(connect: () => Promise<Client>): Connection {
  let current: Promise<Client> | undefined
  let connected: Client | undefined
  return {
    client() {
      current ??= connect().then(
        client => (connected = client),
        (error: unknown) => {
          current = undefined
          throw error
        },
      )
      return current
    },
    forget(lost) {
      if (lost !== connected) return
      connected = undefined
      current = undefined
      lost.close().catch(() => {}) // it is lost already
    },
    async close() {
      const open = await current?.catch(() => undefined)
      current = undefined
      await open?.close()
    },
  }
}

/** Our servers have checked what they answer; doing it again would cost more than the call. */
const TRUSTING: jsonSchemaValidator = {
  getValidator: () => input => ({ valid: true, data: input as never, errorMessage: undefined }),
}

async function connectInProcess(server: Server, options: ProtocolOptions): Promise<Client> {
  const [here, there] = InMemoryTransport.createLinkedPair()
  await protocolOf(server, { ...options, observe: UNOBSERVED })().connect(there) // calls are counted on this side
  const client = new Client(PRODUCT, { jsonSchemaValidator: TRUSTING })
  await client.connect(here)
  return client
}

async function connectRemote({ url, token }: RemoteServer): Promise<Client> {
  const headers = token ? { authorization: `Bearer ${token}` } : undefined
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers, redirect: 'error' } })
  const client = new Client(PRODUCT, { jsonSchemaValidator: TRUSTING, versionNegotiation: { mode: 'auto' } })
  await client.connect(transport)
  return client
}

function answerOf(server: ServerName, tool: string, result: CallToolResult) {
  const text = result.content.map(part => (part.type === 'text' ? part.text : '')).join('\n')
  if (result.isError) throw refusalOf(server, tool, result, text)
  return { structured: result.structuredContent as Record<string, unknown>, text }
}

function refusalOf(server: ServerName, tool: string, { _meta }: CallToolResult, text: string): Fault {
  const parsed = faultSchema.safeParse(_meta?.[FAULT_META])
  if (!parsed.success) return new Fault('processing', `${server} refused ${tool} and did not say why.`, { cause: text })
  const { code, message, details, retryable, retryAfter, correlationId } = parsed.data
  return new Fault(code, message, { retryable, retryAfter, details: { ...details, correlationId } })
}

function faultOf(error: unknown, server: ServerName, tool: string): Fault {
  if (error instanceof Fault) return error
  const detail = { cause: error }
  if (error instanceof ProtocolError) {
    const asked = error.code === ProtocolErrorCode.InvalidParams ? 'validation' : 'processing'
    return new Fault(asked, `${server} does not take this call of ${tool}.`, detail)
  }
  if (error instanceof SdkHttpError && (error.status === 401 || error.status === 403)) {
    return new Fault('authentication', `${server} refused our token.`, detail)
  }
  if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout) {
    return new Fault('network', `${server} did not answer ${tool} in time.`, detail)
  }
  return new Fault('network', `${server} could not be reached for ${tool}.`, detail)
}

function givenUp(server: ServerName, tool: string, cause: unknown): Fault {
  if (cause instanceof Fault) return cause
  return new Fault('network', `${server}: ${tool} was given up.`, { whose: 'caller', cause })
}

/** After anything but an answer or a deadline. */
function lostConnection(error: unknown): boolean {
  if (error instanceof Fault || error instanceof ProtocolError) return false
  return !(error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout)
}

async function withTimeout<T>(promise: Promise<T>, millis: number, message: string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Fault('network', message)), millis)
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer))
}
