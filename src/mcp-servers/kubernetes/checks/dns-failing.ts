// Cluster DNS that does not answer: its pods are down, or names that do exist are not found by anybody.
import { keyOf, named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import type { Complaint } from '../complaints.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness, workloadsOf } from './witness.ts'

const MANY = 3 // workloads that cannot resolve what exists

export const dnsFailing: Check = {
  name: 'dns-failing',
  check(view) {
    const complaints = view.complaints().filter(each => isAboutNames(each))
    const [dns] = dnsWorkloads(view)
    if (complaints.length === 0 || !dns) return []
    const callers = new Map(complaints.map(({ by }) => [keyOf(by), by]))
    callers.delete(keyOf(dns))
    const isDown = view.podsOf(dns).every(pod => !isReadyNow(pod))
    if (callers.size === 0 || (!isDown && view.isHealthy(dns) && callers.size < MANY)) return []
    const unwell = view.isHealthy(dns) ? 'answers nothing' : 'is unwell'
    return [
      {
        object: dns,
        fault: 'DnsFailing',
        points: isDown ? 20 : 10,
        whenHealthy: 1,
        text: `cluster DNS (${named(dns)}) ${isDown ? 'is down' : unwell}, and ${callers.size} workloads cannot resolve names`,
        since: Math.min(...complaints.map(({ line }) => line.at)),
        mend: `look at the log of ${named(dns)} and its Corefile`,
        witness: [
          `${dns.kind} ${named(dns)}: ${view.podsOf(dns).filter(isReadyNow).length} pods ready`,
          ...complaints.slice(0, 4).map(({ line }) => logWitness(line)),
        ],
      } satisfies Verdict,
    ]
  },
}

/** The resolver was asked and did not answer, or did not know what exists. */
function isAboutNames({ how, service, port, line }: Complaint): boolean {
  if (port === 53 && how !== 'other') return true
  return how === 'unresolved' && (service !== undefined || isUnanswered(line.text))
}

/** No answer at all, which says nothing of the name that was asked for. */
export function isUnanswered(text: string): boolean {
  return /EAI_AGAIN|temporary failure|SERVFAIL|server misbehaving|:53: .{0,80}(?:timeout|refused)/i.test(text)
}

function isReadyNow({ status }: View['pods'][number]): boolean {
  return status?.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false
}

/** By the label that every distribution gives the service: https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/ */
export function dnsWorkloads(view: View): Reference[] {
  const service = view.services.find(
    ({ metadata }) =>
      metadata.namespace === 'kube-system' &&
      (metadata.labels['k8s-app'] === 'kube-dns' || metadata.name === 'kube-dns' || metadata.name === 'coredns'),
  )
  return service ? workloadsOf(view, service) : []
}
