// A certificate that is not accepted: of whoever the line names as the peer, else of the workload's own; of the clock of a node
// where it is not valid yet.
import { isExternal } from '../complaints.ts'
import type { LogGroup } from '../pod-logs.ts'
import { keyOf } from '../view.ts'
import type { Reference, View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness, workloadsOf } from './witness.ts'

const REJECTED =
  /certificate (?:has expired|is not valid|verify failed|signed by unknown)|expired or is not yet valid|x509:|CERT_HAS_EXPIRED|SELF_SIGNED_CERT|unable to verify the first certificate|PKIX path/i
/** What anybody who connects and goes away leaves in the log of a server. */
const NOISE = /TLS handshake error from/
/** x509: certificate has expired or is not yet valid: current time 2026-11-03T14:01:05Z is before 2026-11-03T15:00:00Z */
const TOO_EARLY = /current time \S{1,40} is before|certificate is not yet valid/i

const LINES = 2
const LINES_WHEN_HEALTHY = 5

export const certificate: Check = {
  name: 'certificate',
  check(view) {
    const lines = view.logs.filter(({ text }) => REJECTED.test(text) && !NOISE.test(text))
    if (lines.length === 0) return []
    const early = lines.filter(({ text }) => TOO_EARLY.test(text))
    const peers = peersByLine(view)
    const others = lines
      .filter(line => !early.includes(line))
      .map(line => ({ line, object: peers.get(line) ?? view.ownerOf(line.pod) }))
    return [
      ...ofClocks(early, view),
      ...[...Map.groupBy(others, ({ object }) => keyOf(object)).values()].flatMap(same => ofCertificate(same, view)),
    ]
  },
}

function ofCertificate(same: { line: LogGroup; object: Reference }[], view: View): Verdict[] {
  const [first] = same
  if (!first) return []
  const { object } = first
  const count = same.reduce((total, { line }) => total + line.count, 0)
  const asker = view.ownerOf(first.line.pod)
  const isPeer = keyOf(asker) !== keyOf(object)
  if (count < (view.isHealthy(asker) ? LINES_WHEN_HEALTHY : LINES)) return []
  const isExpired = same.some(({ line }) => /expired|is after/i.test(line.text))
  return [
    {
      object,
      fault: isExpired ? 'CertificateExpired' : 'CertificateRejected',
      points: isPeer ? 10 : 7,
      whenHealthy: isPeer ? 1 : 0.4,
      text: `the certificate of ${object.name} ${isExpired ? 'has expired' : 'is not accepted'}, as ${asker.name} says (${count}×)`,
      since: Math.min(...same.map(({ line }) => line.at)),
      mend: isExpired ? `renew the certificate of ${object.name}` : `give ${asker.name} the authority that signed it`,
      witness: same.slice(0, 3).map(({ line }) => logWitness(line)),
    },
  ]
}

/** A clock that is slow finds valid certificates too young. */
function ofClocks(early: LogGroup[], view: View): Verdict[] {
  return [...Map.groupBy(early, ({ pod }) => pod.spec?.nodeName ?? '')].flatMap(([node, lines]): Verdict[] => {
    const count = lines.reduce((total, line) => total + line.count, 0)
    const [first] = lines
    if (!node || !first || count < LINES) return []
    return [
      {
        object: { kind: 'Node', name: node },
        fault: 'ClockSkew',
        points: 10,
        healthOf: view.ownerOf(first.pod),
        whenHealthy: 0.4,
        text: `certificates are not valid yet on node ${node}: its clock is slow, or they were made too late`,
        since: Math.min(...lines.map(({ at }) => at)),
        mend: `compare the clock of ${node} with the others`,
        witness: lines.slice(0, 3).map(logWitness),
      },
    ]
  })
}

function peersByLine(view: View): Map<LogGroup, Reference> {
  const peers = new Map<LogGroup, Reference>()
  for (const complaint of view.complaints()) {
    const { line, service, host, by } = complaint
    const [workload] = service ? workloadsOf(view, service) : []
    const peer = workload ?? (isExternal(complaint) ? { kind: 'External', name: host } : undefined)
    if (peer && keyOf(peer) !== keyOf(by) && !peers.has(line)) peers.set(line, peer)
  }
  return peers
}
