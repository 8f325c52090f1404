// Asks each read tool of the Kubernetes server before a large cluster three times over MCP, and says how long it took and how
// much memory this process came to. Started by mcp.ts; the argument is a kubeconfig.
import { setTimeout as wait } from 'node:timers/promises'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Json } from '#incident/tool-call.ts'
import { kubernetesServer } from '#mcp-servers/kubernetes/server.ts'
import { createResilience } from '#mcp-servers/resilience.ts'
import { createToolbox } from '#mcp-servers/toolbox.ts'
import type { Asked } from './mcp.ts'

const [, , kubeconfig = ''] = process.argv
const given = { clock: Date.now, log: SILENT, observe: UNOBSERVED }
const server = kubernetesServer(
  { kubeconfig },
  { ...given, resilience: createResilience({ ...given, name: 'kubernetes' }) },
)
const toolbox = await createToolbox({ servers: [server], ...given })

type Question = [tool: string, input: Record<string, Json>]
const ill = { namespace: 'team-0', name: 'service-0' }
await ask(['list_namespaces', {}]) // reads the kubeconfig and connects
const { pods } = (await ask(['get_pods', { namespace: ill.namespace, status: 'NotReady' }])).structured
const [{ name: pod }] = pods as [{ name: string }]

const SETTLE_MILLIS = 20_000 // watches open, and the longest list is read to its end behind whoever asked

const QUESTIONS: Question[] = [
  ['get_signals', { from: '5m', to: 'now' }],
  ['get_pods', {}],
  ['get_pods', { status: 'NotReady' }],
  ['get_events', {}],
  ['get_events', { type: 'Warning' }],
  ['get_logs', { namespace: ill.namespace, pod_name: pod }],
  ['get_metrics', { resource_type: 'pod' }],
  ['get_metrics', { resource_type: 'workload' }],
  ['get_metrics', { resource_type: 'node' }],
  ['get_node_status', {}],
  ['get_resource', { kind: 'Pod' }],
  ['get_resource', { kind: 'Deployment', ...ill }],
  ['get_rollout_history', ill],
  ['get_workloads', {}],
  ['list_namespaces', {}],
]

const rounds: Awaited<ReturnType<typeof timed>>[][] = []
for (let round = 0; round < 3; round++) {
  const answers = []
  for (const question of QUESTIONS) answers.push(await timed(question))
  rounds.push(answers)
  await wait(SETTLE_MILLIS)
}
const [first = [], , later = []] = rounds
const asked = first.map((one, i): Asked => ({ ...one, firstMillis: one.millis, laterMillis: later[i]?.millis ?? NaN }))
process.stdout.write(`${JSON.stringify({ asked, peakRssMegabytes: process.resourceUsage().maxRSS / 1024 })}\n`)
await toolbox.close()
server.close?.()

async function timed(question: Question) {
  const begun = performance.now()
  const { structured } = await ask(question)
  const millis = performance.now() - begun
  const missing = ((structured['missing'] ?? []) as (string | { what: string })[]).map(each =>
    typeof each === 'string' ? each : each.what,
  )
  const [tool, input] = question
  return { tool, arguments: input, millis, bytes: Buffer.byteLength(JSON.stringify(structured)), missing }
}

function ask([tool, input]: Question) {
  return toolbox.call({ server: 'kubernetes', tool, arguments: input }, { deadlineMillis: 30_000 })
}
