// A certificate that is not accepted: of whoever the line names as the peer, else of the workload's own; of the clock of a node
// where it is not valid yet. Where it is known in which Secret it lies, that is what is to be renewed.
import { isExternal } from '../complaints.ts'
import type { LogGroup } from '../pod-logs.ts'
import { keyOf, named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import { saidBy } from './steady.ts'
import { bearerOf } from './verdict.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness, workloadsOf } from './witness.ts'

const REJECTED =
  /certificate (?:has expired|is not valid|verify failed|signed by unknown|is not trusted)|expired or is not yet valid|x509:|CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET_ISSUER)|unable to verify the first certificate|unable to get local issuer|PKIX path|CertPathValidatorException|certificate is not yet valid|UnknownIssuer|CertExpired|NotValidForName/i
/** What anybody who connects and goes away leaves in the log of a server. */
const NOISE = /TLS handshake error from/
/** What clients answer to a server whose certificate has run out: https://www.rfc-editor.org/rfc/rfc8446#section-6, alert 45. */
const TOLD_BY_CLIENTS = /alert certificate expired|tls: expired certificate|certificate_expired/i
/** x509: certificate has expired or is not yet valid: current time 2026-11-03T14:01:05Z is before 2026-11-03T15:00:00Z */
const TOO_EARLY =
  /current time \S{1,40} is before|certificate is not yet valid|CERT_NOT_YET_VALID|NotBefore|(?:issued|used) (?:\S{1,20} )?(?:in the future|before issued)|token used before|RequestTimeTooSkewed|clock (?:skew|is (?:ahead|behind))|signature not yet current/i
const EXPIRED = /expired|is after|NotAfter/i

const LINES = 2
const LINES_WHEN_HEALTHY = 5

export const certificate: Check = {
  name: 'certificate',
  check(view) {
    const lines = view.logs.filter(({ text }) => (REJECTED.test(text) && !NOISE.test(text)) || TOO_EARLY.test(text))
    const early = lines.filter(({ text }) => TOO_EARLY.test(text))
    const peers = lines.length > 0 ? peersByLine(view) : new Map<LogGroup, Reference>()
    const clocks = ofClocks(early, view)
    const others = lines
      .filter(line => clocks.length === 0 || !early.includes(line))
      .filter(({ text }) => REJECTED.test(text))
      .map(line => ({ line, object: peers.get(line) ?? bearerOf(view, line.pod) }))
    return [
      ...clocks,
      ...[...Map.groupBy(others, ({ object }) => keyOf(object)).values()].flatMap(same => ofCertificate(same, view)),
      ...ofServers(view),
    ]
  },
}

function ofCertificate(same: { line: LogGroup; object: Reference }[], view: View): Verdict[] {
  const [first] = same
  if (!first) return []
  const { object } = first
  const asker = view.ownerOf(first.line.pod)
  const isPeer = keyOf(bearerOf(view, first.line.pod)) !== keyOf(object)
  const templates = new Set(same.map(({ line }) => line.template))
  const askers = new Map(same.map(({ line }) => [keyOf(view.ownerOf(line.pod)), view.ownerOf(line.pod)]))
  const said = [...askers.values()].flatMap(by => saidBy(view, by, ({ template }) => templates.has(template)) ?? [])
  const count = said.reduce((total, each) => total + each.count, 0)
  if (count < (view.isHealthy(asker) ? LINES_WHEN_HEALTHY : LINES)) return []
  const isSteady = said.some(each => each.isSteady)
  const isExpired = same.some(({ line: { text } }) => EXPIRED.test(text) && !TOO_EARLY.test(text))
  const held = isExpired && isPeer ? secretOf(object, view) : undefined
  return [
    {
      object: held ?? object,
      ...(held && { concerns: object }),
      fault: isExpired ? 'CertificateExpired' : 'CertificateRejected',
      points: isPeer ? (isSteady ? 14 : 10) : isSteady ? 10 : 7,
      whenHealthy: isPeer || isSteady ? 1 : 0.4,
      text: `the certificate of ${object.name} ${isExpired ? 'has expired' : 'is not accepted'}, as ${asker.name} says (${count}×)`,
      since: Math.min(...said.map(({ since }) => since)),
      mend: isExpired ? `renew the certificate of ${object.name}` : `give ${asker.name} the authority that signed it`,
      witness: same.slice(0, 3).map(({ line }) => logWitness(line)),
    },
  ]
}

/** Servers that are told by those who connect that their own certificate has run out. */
function ofServers(view: View): Verdict[] {
  const lines = view.logs.filter(({ text }) => TOLD_BY_CLIENTS.test(text))
  return [...Map.groupBy(lines, ({ pod }) => keyOf(view.ownerOf(pod))).values()].flatMap((same): Verdict[] => {
    const [first] = same
    const server = first && bearerOf(view, first.pod)
    const said = first && saidBy(view, view.ownerOf(first.pod), ({ text }) => TOLD_BY_CLIENTS.test(text))
    if (!server || !said || said.count < LINES) return []
    const entrance = entranceOf(server, view)
    const held = entrance?.secret ?? secretOf(server, view)
    return [
      {
        object: held ?? server,
        ...(held && { concerns: entrance?.workload ?? server }),
        fault: 'CertificateExpired',
        points: 10,
        whenHealthy: 1, // it serves on, to nobody who checks
        text: `those who connect to ${server.name} say that its certificate has expired (${said.count}×)`,
        since: said.since,
        mend: `renew the certificate in ${held ? `Secret ${held.name}` : server.name}`,
        witness: [
          ...(entrance ? [`Ingress ${entrance.name}: its certificate is in Secret ${entrance.secret.name}`] : []),
          ...same.slice(0, 3).map(logWitness),
        ],
      },
    ]
  })
}

/** The Ingress whose certificate a server shows: one that its log names by host, or that leads to it, or the only one. */
function entranceOf(server: Reference, view: View) {
  const all = view.ingresses.flatMap(({ metadata: { namespace, name }, spec }) =>
    (spec?.tls ?? []).flatMap(({ secretName, hosts }) => {
      const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? [])
      const backends = paths.flatMap(({ backend }) => backend?.service?.name ?? [])
      const workloads = backends.flatMap(each => {
        const service = view.service(namespace, each)
        return service ? workloadsOf(view, service) : []
      })
      if (!secretName) return []
      const secret: Reference = { kind: 'Secret', namespace, name: secretName }
      return [{ name: named({ namespace, name }), secret, hosts, workloads, workload: workloads[0] }]
    }),
  )
  const texts = view.logsOf(server).filter(({ text }) => /certificate|SSL|TLS/i.test(text))
  const isNamed = ({ hosts }: { hosts: string[] }) => hosts.some(host => texts.some(({ text }) => text.includes(host)))
  const leadsThere = ({ workloads }: { workloads: Reference[] }) =>
    workloads.some(each => keyOf(each) === keyOf(server))
  return all.find(isNamed) ?? all.find(leadsThere) ?? (all.length === 1 ? all[0] : undefined)
}

/** The Secret from which a workload takes the certificate it shows, where it mounts one that is called like it. */
function secretOf(object: Reference, view: View): Reference | undefined {
  const volumes = view.workload(object)?.spec?.template?.spec?.volumes ?? []
  const mounted = volumes.flatMap(({ secret }) => secret?.secretName ?? []).filter(name => CERTIFICATE.test(name))
  const [only, ...others] = mounted
  return only && others.length === 0 ? { kind: 'Secret', namespace: object.namespace, name: only } : undefined
}

const CERTIFICATE = /tls|cert|ssl|serving|pki/i

/** A clock that is slow finds valid certificates too young. One node says so, or all do, and then it is whoever made them. */
function ofClocks(early: LogGroup[], view: View): Verdict[] {
  const byNode = Map.groupBy(early, ({ pod }) => pod.spec?.nodeName ?? '')
  return [...byNode].flatMap(([node, lines]): Verdict[] => {
    const count = lines.reduce((total, line) => total + line.count, 0)
    const [first] = lines
    if (!node || !first || count < LINES) return []
    const workloads = new Set(lines.map(({ pod }) => keyOf(view.ownerOf(pod))))
    const isOnlyHere = byNode.size === 1 && workloads.size > 1
    return [
      {
        object: { kind: 'Node', name: node },
        fault: 'ClockSkew',
        points: isOnlyHere ? 14 : 10,
        healthOf: view.ownerOf(first.pod),
        whenHealthy: isOnlyHere ? 1 : 0.4,
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
