// What a question costs a model's context window: our servers beside each vendor's own or the best open one, the same
// questions over the same simulated incident. A peer that is not installed here is left out, and the page says so.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { z } from 'zod'
import { scenarioNamed } from '../simulator/scenarios/index.ts'
import { startSimulator } from '../simulator/serve.ts'
import type { Benchmark } from './benchmark.ts'

const TOKEN_CHARACTERS = 4 // as the test of the tool lists counts
const INTO_THE_INCIDENT_MILLIS = 15 * 60_000

const call = z.object({ tool: z.string(), arguments: z.record(z.string(), z.json()).default({}) })
const rowsSchema = z.array(
  z.object({
    source: z.enum(['kubernetes', 'sentry', 'cloudwatch', 'grafana']),
    peer: z.object({
      name: z.string(),
      command: z.string(),
      arguments: z.array(z.string()).default([]),
      environment: z.array(z.string()).default([]),
    }),
    questions: z.array(z.object({ question: z.string(), ours: call, theirs: call })),
  }),
)
type Row = z.infer<typeof rowsSchema>[number]

/** In tokens; an answer is undefined where there is none, but an error. */
type Cost = { tools: number; list: number; answers: (number | undefined)[] }
type Compared = Row & { cost: { ours: Cost; theirs: Cost | undefined } }

export const benchPeers: Benchmark = async say => {
  const rows = rowsSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'peers.json'), 'utf8')))
  const folder = mkdtempSync(join(tmpdir(), 'bench-peers-'))
  const story = scenarioNamed('bad-rollout').tell(Date.now() - INTO_THE_INCIDENT_MILLIS, 42)
  const simulator = await startSimulator({ story, clock: Date.now, kubeconfigFolder: folder })
  try {
    const sentryHost = new URL(simulator.env['SENTRY_URL'] ?? '').host
    const environment = { ...simulator.env, SENTRY_HOST: sentryHost, HOME: folder, PATH: process.env['PATH'] ?? '' }
    const compared: Compared[] = []
    for (const row of rows) {
      say(row.source)
      const ours = await costOf(
        { command: process.execPath, args: [...process.execArgv, CLI, 'mcp', row.source], env: environment },
        row.questions.map(({ ours: asked }) => asked),
      )
      const theirs = await costOf(
        peerProcess(row.peer, environment),
        row.questions.map(({ theirs: asked }) => asked),
      ).catch((error: unknown) => say(`${row.peer.name} is left out: ${String(error)}`))
      compared.push({ ...row, cost: { ours, theirs: theirs ?? undefined } })
    }
    return { figures: compared, page: compared.map(part).join('\n'), isKept: compared.every(isCheaper) }
  } finally {
    await simulator.close()
    rmSync(folder, { recursive: true })
  }
}

const CLI = join(import.meta.dirname, '..', 'bin', 'incident-orchestrator.mjs')

type Process = { command: string; args: string[]; env: Record<string, string> }

/** It gets nothing of the environment but what it names. */
function peerProcess({ command, arguments: words, environment: names }: Row['peer'], from: Process['env']): Process {
  const args = words.map(word => word.replace(/\$\{(\w+)\}/g, (_, name: string) => from[name] ?? ''))
  const env = Object.fromEntries(['HOME', 'PATH', ...names].map(name => [name, from[name] ?? '']))
  return { command, args, env }
}

async function costOf(server: Process, questions: readonly z.infer<typeof call>[]): Promise<Cost> {
  const client = new Client({ name: 'bench', version: '1.0.0' })
  await client.connect(new StdioClientTransport({ ...server, stderr: 'ignore' }))
  try {
    const tools = []
    for (let cursor: string | undefined, first = true; first || cursor; first = false) {
      const page = await client.listTools({ cursor })
      tools.push(...page.tools)
      cursor = page.nextCursor
    }
    const answers: Cost['answers'] = []
    for (const { tool, arguments: given } of questions) {
      const { content, isError } = await client.callTool({ name: tool, arguments: given })
      const text = content.map(block => (block.type === 'text' ? block.text : '')).join('\n')
      answers.push(isError ? undefined : tokens(text))
    }
    return { tools: tools.length, list: tokens(JSON.stringify(tools)), answers }
  } finally {
    await client.close()
  }
}

function tokens(text: string): number {
  return Math.ceil(text.length / TOKEN_CHARACTERS)
}

/** What is put before a model on every turn: that is what is promised to cost less. */
function isCheaper({ cost: { ours, theirs } }: Compared): boolean {
  return !theirs || ours.list < theirs.list
}

function part({ source, peer, questions, cost: { ours, theirs } }: Compared): string {
  const cell = (value: number | undefined) => value?.toLocaleString('en') ?? '-'
  const lines = questions.map(
    ({ question }, i) => `| ${question} | ${cell(ours.answers[i])} | ${theirs ? cell(theirs.answers[i]) : ''} |`,
  )
  return `| ${source}: tokens | ours | ${peer.name}${theirs ? '' : ' (not installed here)'} |
|---|---|---|
| the list of tools | ${cell(ours.list)} for ${ours.tools} | ${theirs ? `${cell(theirs.list)} for ${theirs.tools}` : ''} |
${lines.join('\n')}
`
}
