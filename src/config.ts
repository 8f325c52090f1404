// What the product is told: a file, the environment, flags; checked once, here. An error names file, line, key, what was expected and what came.
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import { embedderSettings } from '#analysis/embedders/schema.ts'
import { lineRulesSchema } from '#analysis/lines/line-rule-settings.ts'
import { matches } from '#incident/glob.ts'
import type { Policy } from '#incident/policy.ts'
import { cloudwatchSettings } from '#mcp-servers/cloudwatch/schema.ts'
import { grafanaSettings } from '#mcp-servers/grafana/schema.ts'
import { kubernetesSettings } from '#mcp-servers/kubernetes/settings.ts'
import { oauthSettings } from '#mcp-servers/oauth.ts'
import { sentrySettings } from '#mcp-servers/sentry/schema.ts'
import { slackSettings, teamsSettings } from './chat-settings.ts'
import { durationSchema } from './duration.ts'
import { maintenanceSchema } from './maintenance-file.ts'
import { keysSchema } from './mcp-clients.ts'
import { defaultPolicy, policySchema } from './policy-file.ts'

export const configSchema = z
  .strictObject({
    data: z.string().min(1).default('data').describe('folder of the record, the key and what was learnt; DATA_DIR'),
    log: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('LOG_LEVEL'),
    http: z
      .strictObject({
        host: z
          .string()
          .min(1)
          .default('127.0.0.1')
          .describe('address to listen on; another than loopback needs a token; HOST'),
        port: z.int().min(0).max(65_535).default(8080).describe('PORT'),
        token: z.string().min(16).optional().describe('bearer token asked of everyone but the probes; HTTP_TOKEN'),
        keys: keysSchema.default([]).describe('bearer keys of MCP clients, beside the token'),
        keysFile: z.string().min(1).optional().describe('more of them, in a file that is read again when it changes'),
        oauth: oauthSettings.optional().describe('access tokens of an authorization server, for MCP clients'),
        requestsPerMinute: z.int().min(1).max(100_000).default(600).describe('most of one MCP client'),
        hosts: z.array(z.string()).default([]).describe('host names it answers to, besides loopback'),
        origins: z.array(z.url()).default([]).describe('pages of other origins that may call it'),
      })
      .prefault({}),
    watch: z
      .strictObject({
        every: durationSchema.default(60_000).describe('how often to look'),
        history: durationSchema
          .default(86_400_000)
          .describe('how much of the past to learn from at first start, at most 10d'),
      })
      .prefault({}),
    sources: z
      .strictObject({
        kubernetes: kubernetesSettings.optional(),
        sentry: sentrySettings.optional(),
        cloudwatch: cloudwatchSettings.optional(),
        grafana: grafanaSettings.optional(),
      })
      .prefault({}),
    chats: z.strictObject({ slack: slackSettings.optional(), teams: teamsSettings.optional() }).prefault({}),
    analysis: z
      .strictObject({
        embedder: embedderSettings.default({ model: 'static' }).describe('what turns texts into vectors'),
        lines: lineRulesSchema.prefault({}).describe('what of lines varies, and what is noise'),
      })
      .prefault({}),
    redis: z
      .url({ protocol: /^rediss?$/, error: 'expected redis://HOST:PORT or rediss://HOST:PORT' })
      .optional()
      .describe('shared by several processes, for the vectors of slow models; REDIS_URL'),
    maintenance: maintenanceSchema
      .default([])
      .describe('when trouble is expected, and of what: it is recorded, not posted'),
    policy: policySchema.default(defaultPolicy),
  })
  .superRefine(checkClusters)
export type Config = z.output<typeof configSchema>

/** A rule for a cluster that is not there would hold for none, unsaid. */
function checkClusters(
  { policy, sources }: { policy: Policy; sources: { kubernetes?: { contexts?: object } } },
  context: z.core.$RefinementCtx,
): void {
  const known = Object.keys(sources.kubernetes?.contexts ?? {})
  for (const [nth, { clusters = [] }] of policy.rules.entries()) {
    const strange = clusters.find(pattern => !known.some(name => matches(pattern, name)))
    if (strange === undefined) continue
    const expected = known.length > 0 ? known.join(', ') : 'none, as sources.kubernetes.contexts names no clusters'
    const message = `expected names of clusters (${expected}), and ${JSON.stringify(strange)} fits none`
    context.addIssue({ code: 'custom', path: ['policy', 'rules', nth, 'clusters'], message })
  }
}

export type Environment = Record<string, string | undefined>

/** `overrides`: flags, which win over the environment, which wins over the file. Throws a Fault `validation`. */
export function readConfig({
  file,
  environment,
  overrides = {},
}: {
  file?: string
  environment: Environment
  overrides?: Tree
}): Config {
  const told = file === undefined ? NOTHING : readFile(file)
  const layers: [Layer, ...Layer[]] = [
    { tree: overrides, nameOf: () => 'flags' },
    { tree: fromEnvironment(withFiles(environment), told.tree), nameOf: () => 'environment' },
    told,
  ]
  const parsed = configSchema.safeParse(layers.map(({ tree }) => tree).reduceRight(merge))
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(issue => describe(issue, layers))
  throw new Fault('validation', `The configuration cannot be used.\n${problems.join('\n')}`)
}

type Tree = { [key: string]: unknown }

/** A place settings come from. `nameOf`: where in it a key stands, for people. */
type Layer = { tree: Tree; nameOf(path: PropertyKey[]): string }

const NOTHING: Layer = { tree: {}, nameOf: () => 'configuration' }

function readFile(file: string): Layer {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Fault(
      'validation',
      `The configuration file ${file} cannot be read. Check the path given with --config.`,
      { cause },
    )
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [error] = document.errors
  if (error) throw new Fault('validation', `${file}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`)
  const nameOf = (path: PropertyKey[]): string => {
    const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined
    if (node?.range) return `${file}:${lines.linePos(node.range[0]).line}`
    return path.length > 1 ? nameOf(path.slice(0, -1)) : file
  }
  return { tree: treeOf(document, file), nameOf }
}

function treeOf(document: { toJS(): unknown }, file: string): Tree {
  let tree: unknown
  try {
    tree = document.toJS() ?? {}
  } catch (cause) {
    throw new Fault('validation', `${file}: an alias (*name) in it has no anchor (&name), or too many.`, { cause })
  }
  if (isTree(tree)) return tree
  throw new Fault('validation', `${file}:1: expected keys and values such as "log: debug", got ${kindOf(tree)}.`)
}

function describe(issue: z.core.$ZodIssue, layers: readonly [Layer, ...Layer[]]): string {
  const isUnknown = issue.code === 'unrecognized_keys'
  const path = isUnknown ? [...issue.path, issue.keys[0] ?? ''] : issue.path
  const layer = layers.find(({ tree }) => valueAt(tree, path) !== undefined) ?? layers.at(-1) ?? layers[0]
  const name = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined
  const what = isUnknown ? 'is not a known key' : (name ?? `${issue.message}${seen(path, valueAt(layer.tree, path))}`)
  return `  ${layer.nameOf(path)}: ${path.join('.')}: ${what}`
}

const SECRET = /token|secret|password|credentials|key|redis/i

/** What came; of a map or a list only that it is one: a secret may stand in it. */
function seen(path: PropertyKey[], came: unknown): string {
  if (came === undefined || path.some(key => SECRET.test(String(key)))) return ''
  const isPlain = ['string', 'number', 'boolean'].includes(typeof came)
  return `, got ${isPlain ? JSON.stringify(came).slice(0, 80) : kindOf(came)}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing'
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'keys and values' : `a ${typeof value}`
}

function valueAt(tree: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Tree | null | undefined)?.[String(key)], tree)
}

/** Any NAME may come as NAME_FILE: the path of a file that holds it. */
function withFiles(environment: Environment): Environment {
  const found: Environment = { ...environment }
  for (const name of [SENTRY, GRAFANA, AWS_KEYS, SLACK, TEAMS, { token: 'HTTP_TOKEN', redis: 'REDIS_URL' }].flatMap(
    names => Object.values(names),
  )) {
    const path = environment[`${name}_FILE`]
    if (found[name] !== undefined || path === undefined) continue
    try {
      found[name] = readFileSync(path, 'utf8').trim()
    } catch (cause) {
      throw new Fault('validation', `${name}_FILE names ${path}, which cannot be read.`, { cause })
    }
  }
  return found
}

const SENTRY = { url: 'SENTRY_URL', organization: 'SENTRY_ORG', token: 'SENTRY_AUTH_TOKEN' } as const
const GRAFANA = { url: 'GRAFANA_URL', token: 'GRAFANA_SERVICE_ACCOUNT_TOKEN' } as const
const AWS_KEYS = {
  accessKeyId: 'AWS_ACCESS_KEY_ID',
  secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
  sessionToken: 'AWS_SESSION_TOKEN',
} as const

const SLACK = {
  botToken: 'SLACK_BOT_TOKEN',
  appToken: 'SLACK_APP_TOKEN',
  signingSecret: 'SLACK_SIGNING_SECRET',
  channel: 'SLACK_CHANNEL',
  apiUrl: 'SLACK_API_URL',
} as const
const TEAMS = {
  clientId: 'CLIENT_ID',
  clientSecret: 'CLIENT_SECRET',
  tenantId: 'TENANT_ID',
  channel: 'TEAMS_CHANNEL',
  team: 'TEAMS_TEAM',
} as const

/** A source is on when the file has its section or the environment names it, by the names people already have. */
function fromEnvironment(environment: Environment, file: Tree): Tree {
  const sources: Tree = {}
  const sections = (file['sources'] ?? {}) as Tree
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST, AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL } = environment
  const ownKubeconfig = existsSync(join(environment['HOME'] ?? homedir(), '.kube', 'config'))
  if (KUBECONFIG) sources['kubernetes'] = { kubeconfig: KUBECONFIG }
  else if (sections['kubernetes'] || KUBERNETES_SERVICE_HOST || ownKubeconfig) sources['kubernetes'] = {}
  if (sections['sentry'] || environment[SENTRY.token]) sources['sentry'] = pick(environment, SENTRY)
  if (sections['grafana'] || environment[GRAFANA.url]) sources['grafana'] = pick(environment, GRAFANA)
  if (sections['cloudwatch'] || AWS_REGION || AWS_PROFILE || AWS_ENDPOINT_URL) {
    sources['cloudwatch'] = fromAws(environment)
  }
  const chats: Tree = {}
  const rooms = (file['chats'] ?? {}) as Tree
  if (rooms['slack'] || environment[SLACK.botToken]) chats['slack'] = pick(environment, SLACK)
  if (rooms['teams'] || (environment[TEAMS.clientId] && environment[TEAMS.channel])) {
    chats['teams'] = pick(environment, TEAMS)
  }
  const port = environment['PORT']
  return {
    ...pick(environment, { data: 'DATA_DIR', log: 'LOG_LEVEL', redis: 'REDIS_URL' }),
    http: { ...pick(environment, { host: 'HOST', token: 'HTTP_TOKEN' }), ...(port && { port: Number(port) }) },
    sources,
    chats,
  }
}

/** Keys go along, so that a configuration made from another environment than the process's own is whole. */
function fromAws(environment: Environment): Tree {
  const credentials = pick(environment, AWS_KEYS)
  return {
    ...pick(environment, { region: 'AWS_REGION', profile: 'AWS_PROFILE', endpoint: 'AWS_ENDPOINT_URL' }),
    ...(credentials['accessKeyId'] !== undefined && { credentials }),
  }
}

function pick(environment: Environment, names: Record<string, string>): Tree {
  const found = Object.entries(names).map(([key, name]) => [key, environment[name]] as const)
  return Object.fromEntries(found.filter(([, value]) => value !== undefined && value !== ''))
}

function merge(base: Tree, over: Tree): Tree {
  const merged = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const known = merged[key]
    merged[key] = isTree(known) && isTree(value) ? merge(known, value) : value
  }
  return merged
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
