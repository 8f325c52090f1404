// What to look at next where nothing may be touched: read-only calls with their arguments, made of the likeliest cause, its
// fault and what is cited for it. Calls whose arguments would have to be guessed are left out.
import type { RootCause } from '#incident/incident.ts'
import type { Look } from '#incident/remedy.ts'
import type { Entity, Signal, State } from '#incident/signal.ts'
import type { Json, ToolCall } from '#incident/tool-call.ts'

const MOST = 4 // one press runs all of them, and somebody reads the answers on a phone

/** Most telling first. `signals`: all that is cited; `states`: bad states that hold now. None for a cause no source can be asked about. */
export function looksAt(cause: RootCause, signals: readonly Signal[], states: readonly State[]): Look[] {
  const cited = signals.filter(({ id }) => cause.evidence.includes(id))
  const own = states.filter(({ entity }) => isSameObject(entity, cause.entity))
  const about = aboutOf(cause, [...own, ...cited])
  const looks = [
    ...(about ? [...byFault(about, cause.fault ?? ''), ...byKind(about, cause.fault ?? '')] : []),
    ...cited.flatMap(elsewhere),
  ]
  const seen = new Set<string>()
  return looks
    .filter(({ call }) => {
      const key = JSON.stringify(call)
      return !seen.has(key) && seen.add(key)
    })
    .slice(0, MOST)
}

type About = {
  namespace: string | undefined
  kind: string
  name: string
  /** One of its pods that shows it. */
  pod: string | undefined
  ask(tool: string, given: Record<string, Json | undefined>): ToolCall
}

const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/ // RFC 1123, as the tools take it
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet']

/** Undefined for what is no object of Kubernetes. */
function aboutOf({ entity }: RootCause, seen: readonly Signal[]): About | undefined {
  const { namespace, kind, name, cluster } = entity
  if (!kind || !name || !NAME.test(name) || kind === 'External') return undefined
  // Of several clusters the ids carry the name, and the tools take it (kubernetes/clusters.ts).
  const isOneOfSeveral = seen.some(({ id }) => id.startsWith(`kubernetes:${cluster}:`))
  return {
    namespace,
    kind,
    name,
    pod: kind === 'Pod' ? name : podIn(seen, name),
    ask: (tool, given) => ({
      server: 'kubernetes',
      tool,
      arguments: defined({ ...given, ...(isOneOfSeveral && { cluster }) }),
    }),
  }
}

/** As witnesses of its states, its events and its series name them: 'shop/checkout-7c9f-x2: app CrashLoopBackOff'. */
function podIn(seen: readonly Signal[], owner: string): string | undefined {
  const pods = seen.flatMap(signal => {
    if (signal.kind === 'state')
      return signal.witness.map(line => /^[a-z0-9-]{1,63}\/([a-z0-9.-]{1,253}): /.exec(line)?.[1])
    return [signal.labels['kind'] === 'Pod' ? signal.labels['name'] : signal.labels['pod']]
  })
  return pods.find(pod => pod !== undefined && NAME.test(pod) && pod.startsWith(`${owner}-`))
}

const ENDED = /CrashLoop|OOM|OutOfMemory|Probe|NotExecutable|CommandNotFound|ExecFormat|Init|Restart/i
const NEVER_RAN =
  /Image|Registry|Scheduling|Claim|Mount|Volume|Quota|LimitRange|Refused|ServiceAccount|NoPodCreated|Sandbox/

type Rule = { faults: RegExp; looks(about: About): Look[] }

/** What a kind of fault is told by, besides the object itself. */
const RULES: Rule[] = [
  {
    faults: /Scheduling/,
    looks: ({ ask }) => [look('what the nodes have left', ask('get_node_status', {}))],
  },
  {
    faults: /Claim|Mount|Volume|Disk|storage/i,
    looks: ({ ask, namespace }) =>
      namespace
        ? [look(`claims in ${namespace}`, ask('get_resource', { kind: 'PersistentVolumeClaim', namespace }))]
        : [],
  },
  {
    faults: /Quota|LimitRange|NoPodCreated/,
    looks: ({ ask, namespace }) =>
      namespace ? [look(`quotas in ${namespace}`, ask('get_resource', { kind: 'ResourceQuota', namespace }))] : [],
  },
  {
    faults: /OOM|Memory|Evict|Cpu|contention|resources/i,
    looks: ({ ask, namespace, kind, name }) => {
      if (kind === 'Node') return [look(`what ${name} uses`, ask('get_metrics', { resource_type: 'node', name }))]
      const call = ask('get_metrics', { resource_type: 'pod', namespace, sort: 'memory' })
      return [look(`what pods in ${namespace ?? 'the cluster'} use`, call)]
    },
  },
  {
    faults: /Service|Endpoints|Port|Selector|Ingress|Address/,
    looks: ({ ask, namespace }) =>
      namespace ? [look(`endpoints in ${namespace}`, ask('get_resource', { kind: 'Endpoints', namespace }))] : [],
  },
  {
    faults: /NetworkPolicy|NodeCutOff|unreachable/i,
    looks: ({ ask, namespace }) =>
      namespace
        ? [look(`network policies in ${namespace}`, ask('get_resource', { kind: 'NetworkPolicy', namespace }))]
        : [],
  },
  {
    faults: /Dns|Silent|Webhook|MetricsServer/,
    looks: ({ ask }) => [
      look('what is not ready in kube-system', ask('get_pods', { namespace: 'kube-system', status: 'NotReady' })),
    ],
  },
]

function byFault(about: About, fault: string): Look[] {
  const logs = ENDED.test(fault) && !NEVER_RAN.test(fault) ? logOf(about, true) : []
  return [...logs, ...RULES.filter(({ faults }) => faults.test(fault)).flatMap(({ looks }) => looks(about))]
}

function byKind(about: About, fault: string): Look[] {
  const { ask, namespace, kind, name, pod } = about
  if (kind === 'Node') {
    return [
      look(`how ${name} is`, ask('get_node_status', { name })),
      look(`events of ${name}`, ask('get_events', { kind, name })),
    ]
  }
  const subject = pod && kind !== 'Pod' ? { kind: 'Pod', name: pod } : { kind, name }
  const events = look(`events of ${subject.name}`, ask('get_events', { namespace, ...subject }))
  if (kind !== 'Pod' && !WORKLOADS.includes(kind))
    return [look(`${kind} ${name} as it is`, ask('get_resource', { kind, namespace, name })), events]
  const history =
    kind === 'Pod' ? [] : [look(`what ${name} ran before`, ask('get_rollout_history', { kind, namespace, name }))]
  const runs = NEVER_RAN.test(fault) || ENDED.test(fault) ? [] : logOf(about, false)
  return [events, ...runs, ...history]
}

const LINES = 40 // a screen of a phone or two

function logOf({ ask, namespace, pod }: About, previous: boolean): Look[] {
  if (!pod) return []
  const asks = previous ? `the log of ${pod} before its last restart` : `the log of ${pod}`
  return [look(asks, ask('get_logs', { namespace, pod_name: pod, lines: LINES, ...(previous && { previous }) }))]
}

/** What another vendor knows of a cited signal, by the vendor's own names. */
function elsewhere({ source, kind, labels, ...signal }: Signal): Look[] {
  if (source === 'sentry' && kind === 'error' && labels['issue'])
    return [
      look('the error with its stack', { server: source, tool: 'get_issue', arguments: { issue_id: labels['issue'] } }),
    ]
  if (source === 'cloudwatch' && kind === 'alarm' && labels['alarm']) {
    const call = { server: source, tool: 'get_alarm_history', arguments: { alarm_name: labels['alarm'] } }
    return [look(`when ${labels['alarm']} fired before`, call)]
  }
  if (source === 'cloudwatch' && 'metric' in signal) {
    const { namespace = '', statistic, ...dimensions } = labels
    const given = defined({ namespace, metric_name: signal.metric, dimensions, statistic })
    return [look(`${signal.metric} of the last hours`, { server: source, tool: 'get_metrics', arguments: given })]
  }
  if (source === 'grafana' && kind === 'alarm')
    return [look('which alerts are firing', { server: source, tool: 'get_alerts', arguments: {} })]
  return []
}

function look(asks: string, call: ToolCall): Look {
  return { asks, call }
}

function defined(fields: Record<string, Json | undefined>): Record<string, Json> {
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, Json] => field[1] !== undefined))
}

function isSameObject(a: Entity, b: Entity): boolean {
  return a.namespace === b.namespace && a.kind === b.kind && a.name === b.name && a.service === b.service
}
