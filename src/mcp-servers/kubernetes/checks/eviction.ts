// Pods that a node put out: because they wrote more than they may, or because the node itself ran short and took whom it could.
import type { Millis } from '#incident/signal.ts'
import type { Pod } from '../pod-schema.ts'
import { keyOf, named } from '../view.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { perWorkload } from './verdict.ts'

const LATELY: Millis = 60 * 60_000
const OFTEN = 2 // within that time: one alone may be a single large request
const OWN_LIMIT =
  /exceeds the total limit|exceeded its local ephemeral storage limit|Usage of EmptyDir volume|exceeds the limit/i

type Sight = { pod: Pod; saw: string; since: Millis }

export const eviction: Check = {
  name: 'eviction',
  check(view) {
    const sights = view.pods.flatMap((pod): Sight[] => {
      if (pod.status?.reason !== 'Evicted') return []
      const since = evictedAt(pod)
      return view.at - since > LATELY ? [] : [{ pod, since, saw: pod.status.message ?? 'evicted' }]
    })
    const [own, short] = [true, false].map(wanted => sights.filter(({ saw }) => OWN_LIMIT.test(saw) === wanted))
    return [
      ...perWorkload(view, own ?? [], (object, found) => ({
        fault: 'StorageLimitExceeded',
        points: 10,
        // The next one takes its place, and goes the same way.
        ...(found.length >= OFTEN && { whenHealthy: 1 }),
        text: `${object.name} wrote more to its node's disk than it may: ${found[0].saw.slice(0, 300)}`,
        seen: Math.max(...found.map(({ since }) => since)),
        mend: `find what ${object.name} writes, or raise its ephemeral-storage limit`,
      })),
      ...[...Map.groupBy(short ?? [], ({ pod }) => pod.spec?.nodeName ?? '')].flatMap(([node, found]) =>
        nodeVerdict(node, found, view),
      ),
    ]
  },
}

/** One workload alone is itself what filled the node: the kubelet takes first who uses most beyond its request. */
function nodeVerdict(node: string, found: Sight[], view: View): Verdict[] {
  const owners = new Map(found.map(({ pod }) => [keyOf(view.ownerOf(pod)), view.ownerOf(pod)]))
  const [first] = owners.values()
  if (!first || !node) return []
  const [, resource = 'something'] = /low on resource: ([\w-]{1,60})/.exec(found[0]?.saw ?? '') ?? []
  const isNode = owners.size > 1
  return [
    {
      object: isNode ? { kind: 'Node', name: node } : first,
      fault: 'Evicted',
      points: isNode ? 12 : 8,
      text: isNode
        ? `node ${node} ran short of ${resource} and put out ${found.length} pods of ${owners.size} workloads`
        : `${first.name}: node ${node} ran short of ${resource} and put out ${found.length} of its pods`,
      since: Math.min(...found.map(({ since }) => since)),
      seen: Math.max(...found.map(({ since }) => since)),
      healthOf: [...owners.values()].find(each => !view.isHealthy(each)) ?? first,
      mend: `set requests to what is used, or move something away from ${node}`,
      witness: found.slice(0, 5).map(({ pod, saw }) => `${named(pod.metadata)}: ${saw.slice(0, 300)}`),
    },
  ]
}

function evictedAt({ metadata, status }: Pod): Millis {
  const told = status?.conditions.find(({ type }) => type === 'DisruptionTarget')?.lastTransitionTime
  return told ?? status?.startTime ?? metadata.creationTimestamp ?? 0
}
