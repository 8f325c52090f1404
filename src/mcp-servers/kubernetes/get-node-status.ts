// The tool get_node_status: which nodes are unwell and why, and how much of each is reserved.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { oneLine } from '../one-line.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import { BRIEF } from '../wire.ts'
import { ageOf } from './age.ts'
import { labelSelector, objectName } from './grammar.ts'
import type { CachingClient } from './list-cache.ts'
import { openLists } from './lists.ts'
import { isDone } from './readiness.ts'
import { amounts, resourcesOf, together } from './reserved.ts'
import type { Resources } from './reserved.ts'
import { cutPage, pageInput, pageOutput, pageText } from './rows.ts'
import { nodeSchema } from './schema.ts'
import { podSchema } from './pod-schema.ts'
import type { Node } from './schema.ts'
import type { Pod } from './pod-schema.ts'

const nodeInfo = z.object({
  name: z.string(),
  ready: z.string(),
  troubles: z.array(z.string()),
  taints: z.array(z.string()),
  roles: z.string(),
  version: z.string(),
  age: z.string(),
  cpu: z.string(),
  memory: z.string(),
  pods: z.string(),
})

BRIEF.add(nodeInfo, {
  description: 'name, ready, troubles, taints, roles, version, age; cpu, memory (requested / allocatable), pods',
  fields: [],
})

export function getNodeStatus(client: CachingClient, deps: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'get_node_status',
    title: 'Nodes, their pressure and room',
    description:
      'Nodes with conditions, pressure, taints, and what pods request against what can be allocated; unwell ones first.',
    input: z.object({ name: objectName.optional(), labels: labelSelector.optional(), ...pageInput }),
    output: z.object({ nodes: z.array(nodeInfo), ...pageOutput, missing: z.array(z.string()) }),
    async run({ name, labels, ...asked }, { signal, now }) {
      const lists = openLists(client, deps, signal)
      const [nodes, pods] = await Promise.all([
        lists.read(
          'nodes',
          { path: '/api/v1/nodes', item: nodeSchema },
          { labelSelector: labels, fieldSelector: name && `metadata.name=${name}` },
        ),
        lists.read(
          'pods',
          { path: '/api/v1/pods', item: podSchema },
          { fieldSelector: name && `spec.nodeName=${name}` }, // of all nodes: the list that others ask for too
        ),
      ])
      const missing = lists.missing()
      const podsKnown = pods.length > 0 || missing.every(({ what }) => what !== 'pods')
      const podsByNode = Map.groupBy(
        pods.filter(pod => !isDone(pod)),
        ({ spec }) => spec?.nodeName ?? '',
      )
      const infos = nodes
        .map(node => infoOf(node, podsKnown ? (podsByNode.get(node.metadata.name) ?? []) : undefined, now()))
        .sort((a, b) => b.troubles.length - a.troubles.length || (a.name < b.name ? -1 : 1))
      const { rows, page } = cutPage(infos, info => info, asked, {
        narrow: 'Narrow by name or labels.',
        none: 'No such nodes. Try without name and labels.',
      })
      return { nodes: rows, ...page, missing: missing.map(({ what, why }) => `${what}: ${why}`) }
    },
    text({ nodes, missing, ...page }) {
      const lines = nodes.map(({ name, ready, roles, version, cpu, memory, pods, taints, troubles }) =>
        [
          `${name}  Ready=${ready}  ${roles} ${version}  cpu ${cpu}  memory ${memory}  pods ${pods}`,
          ...(taints.length > 0 ? [`taints ${taints.join(', ')}`] : []),
          ...troubles,
        ].join('  '),
      )
      return [pageText(lines, page), ...missing.map(each => oneLine(`missing: ${each}`))].join('\n')
    },
  })
}

/** `pods`: those on it; undefined where they could not be read. */
function infoOf(node: Node, pods: Pod[] | undefined, now: number): z.input<typeof nodeInfo> {
  const { metadata, spec, status } = node
  const allocatable = { ...status?.capacity, ...status?.allocatable }
  const room = amounts(allocatable)
  const requested = pods && together(pods.map(pod => resourcesOf(pod, 'requests')))
  return {
    name: metadata.name,
    ready: status?.conditions.find(({ type }) => type === 'Ready')?.status ?? 'Unknown',
    troubles: troublesOf(node, now),
    taints: (spec?.taints ?? []).map(({ key, value, effect }) =>
      safe(`${key}${value ? `=${value}` : ''}:${effect ?? ''}`),
    ),
    roles: rolesOf(metadata.labels),
    version: status?.nodeInfo?.kubeletVersion ?? '',
    age: ageOf(metadata.creationTimestamp ?? now, now),
    cpu: share(requested, room, 'cpu'),
    memory: share(requested, room, 'memory'),
    pods: `${pods?.length ?? '?'}/${allocatable['pods'] ?? '?'}`,
  }
}

/** Ready should be True, every other condition False: https://kubernetes.io/docs/reference/node/node-status/#condition */
function troublesOf({ spec, status }: Node, now: number): string[] {
  const odd = (status?.conditions ?? []).filter(each => (each.type === 'Ready') !== (each.status === 'True'))
  const told = odd.map(({ type, status: state, reason, message, lastTransitionTime: since }) => {
    const why = [reason, message].filter(Boolean).join(': ')
    return safe(
      `${type}=${state}${since === undefined ? '' : ` for ${ageOf(since, now)}`}${why ? ` (${why})` : ''}`,
    ).slice(0, TROUBLE_CHARACTERS)
  })
  return spec?.unschedulable ? [...told, 'cordoned: takes no new pods'] : told
}

const TROUBLE_CHARACTERS = 300

function rolesOf(labels: Record<string, string>): string {
  const roles = Object.keys(labels).flatMap(label => /^node-role\.kubernetes\.io\/(.{1,63})$/.exec(label)?.[1] ?? [])
  return roles.sort().join(',') || 'worker'
}

/** `1.5 / 4 cores (38%)`, `2 / 15.6 GiB (13%)`; `?` for what is not known. */
function share(requested: Resources | undefined, room: Resources, resource: keyof Resources): string {
  const [unit, name] = resource === 'cpu' ? [1000, 'cores'] : [2 ** 30, 'GiB']
  const of = room[resource]
  const amount = (value: number | undefined): string =>
    value === undefined ? '?' : String(Math.round((value / unit) * 10) / 10)
  const part = requested && of > 0 ? ` (${Math.round((requested[resource] / of) * 100)}%)` : ''
  return `${amount(requested?.[resource])} / ${amount(of || undefined)} ${name}${part}`
}
