// The Web API at the wire: token, scope, rate, then the method; uploads and response URLs beside it. Every call is in the journal.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Handler } from '../listen.ts'
import { blockProblems } from './block-limits.ts'
import { answerWith, isCarriedOut, JSON_TYPE } from './faults.ts'
import type { Faults } from './faults.ts'
import type { Journal } from './journal.ts'
import { Refusal } from './method.ts'
import type { Answer, Method } from './method.ts'
import { add } from './methods/chat.ts'
import { openRateLimit } from './rate-limit.ts'
import type { Block, Message, Workspace } from './workspace.ts'

export type Tokens = { bot: string; app: string; scopes: Set<string> }

/** Where an answer to a press or a command may be posted: five times within half an hour. */
export type ResponseUrls = Map<
  string,
  { channel: string; user: string; threadTs?: string; until: number; left: number }
>

export function webApi(given: {
  workspace: Workspace
  methods: Record<string, Method>
  tokens: Tokens
  responseUrls: ResponseUrls
  faults: Faults
  journal: Journal
}): Handler {
  const { workspace, methods, tokens, faults, journal } = given
  const rates = openRateLimit(workspace.clock)

  return async (request, response, body) => {
    const [, kind, name = ''] = new URL(request.url ?? '/', 'http://slack').pathname.split('/')
    const fault = faults.next(kind === 'api' ? name : `${kind}`)
    response.setHeader('date', new Date(workspace.clock()).toUTCString())
    if (kind === 'upload') return answerWith(fault, response, () => upload(name, request, response))
    const input = kind === 'api' ? fieldsOf(request, body) : {}
    const answer = !isCarriedOut(fault)
      ? undefined
      : kind === 'api'
        ? call(name, request, response, input)
        : kind === 'response'
          ? respond(name, body)
          : new Refusal('unknown_method')
    const outcome = answer === undefined ? 'lost' : answer instanceof Refusal ? answer.error : 'ok'
    const { token: _token, ...shown } = input
    const ts = answer instanceof Refusal ? undefined : (answer?.['ts'] ?? answer?.['message_ts'])
    journal.note({
      at: workspace.clock(),
      method: kind === 'api' ? name : `${kind}`,
      input: shown,
      outcome,
      ...(typeof ts === 'string' && { ts }),
    })
    await answerWith(fault, response, () => send(response, answer))
  }

  function call(
    name: string,
    request: IncomingMessage,
    response: ServerResponse,
    input: Record<string, unknown>,
  ): Answer {
    const method = methods[name]
    if (!method) return new Refusal('unknown_method')
    if (method.scope === 'none') return method.run(input, workspace)
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? String(input['token'] ?? '')
    if (token === '') return new Refusal('not_authed')
    const wanted = method.scope === 'app' ? tokens.app : tokens.bot
    if (token !== wanted) return new Refusal(token === tokens.bot ? 'not_allowed_token_type' : 'invalid_auth')
    response.setHeader('x-oauth-scopes', [...tokens.scopes].join(','))
    if (method.scope !== undefined && method.scope !== 'app' && !tokens.scopes.has(method.scope)) {
      return new Refusal('missing_scope', [`needed: ${method.scope}`])
    }
    const bucket = method.rate === 'message' ? `${name} ${String(input['channel'])}` : name
    const wait = rates.refuse(bucket, method.rate)
    if (wait !== undefined) {
      response.setHeader('retry-after', String(wait))
      return new Refusal('ratelimited')
    }
    return method.run(input, workspace)
  }

  function upload(id: string, request: IncomingMessage, response: ServerResponse): void {
    const file = workspace.files.get(id)
    if (!file) return void response.writeHead(404).end()
    const length = Number(request.headers['content-length'])
    if (length !== file.bytes) return void response.writeHead(400).end(`expected ${file.bytes} bytes, got ${length}`)
    file.uploaded = true
    response.writeHead(200).end(`OK - ${length}`)
  }

  function respond(id: string, body: string): Answer {
    const known = given.responseUrls.get(id)
    if (!known || known.left === 0 || known.until < workspace.clock()) return new Refusal('used_url')
    known.left--
    const said = JSON.parse(body) as { text?: string; blocks?: Block[]; response_type?: string; thread_ts?: string }
    const problems = blockProblems(said.blocks ?? [])
    if (problems.length > 0) return new Refusal('invalid_blocks', problems)
    const message: Message = add(workspace, {
      channel: known.channel,
      text: said.text ?? '',
      blocks: said.blocks ?? [],
      ...(said.response_type !== 'in_channel' && { to: known.user }),
      ...((said.thread_ts ?? known.threadTs) !== undefined && { threadTs: said.thread_ts ?? known.threadTs }),
    })
    return { ts: message.ts }
  }
}

function send(response: ServerResponse, answer: Answer | undefined): void {
  if (answer instanceof Refusal) {
    const status = answer.error === 'ratelimited' ? 429 : 200
    const metadata = answer.messages.length > 0 ? { response_metadata: { messages: answer.messages } } : {}
    response.writeHead(status, JSON_TYPE).end(JSON.stringify({ ok: false, error: answer.error, ...metadata }))
  } else response.writeHead(200, JSON_TYPE).end(JSON.stringify({ ok: true, ...answer }))
}

function fieldsOf(request: IncomingMessage, body: string): Record<string, unknown> {
  if (request.headers['content-type']?.startsWith('application/json')) return JSON.parse(body || '{}')
  return Object.fromEntries(new URLSearchParams(body))
}
