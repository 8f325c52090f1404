// The heart's nouns turned into what goes out: the seed's interfaces, times as ISO 8601. Pure.
import type { Fault } from '#incident/fault.ts'
import type { Finding } from '#incident/finding.ts'
import type { AnomalyCluster, Correlation, Diagnosis, Incident, Phase, RootCause } from '#incident/incident.ts'
import type { KnownIssue } from '#incident/known.ts'
import type { Like } from '#incident/liken.ts'
import type { Occurrence } from '#incident/maintenance.ts'
import type { Quiet } from '#incident/quiet.ts'
import { automatable } from '#incident/remedy.ts'
import type { Entry } from '#incident/record.ts'
import type { Outcome, Preview, Remedy, RemedyDraft } from '#incident/remedy.ts'
import type { Settings } from '#incident/settings.ts'
import type { Entity, Millis, Missing, Signal } from '#incident/signal.ts'
import { timeline } from '#incident/timeline.ts'
import type {
  WireCluster,
  WireCorrelation,
  WireDetected,
  WireFault,
  WireIncident,
  WireRemedy,
  WireSettings,
  WireSource,
  WireTimeline,
} from './wire.ts'

/** Everything about one incident. */
export function presentIncident(incident: Incident): WireIncident {
  const source = sourcesOf(incident)
  return {
    id: incident.id,
    timestamp: iso(incident.openedAt),
    severity: incident.severity,
    title: incident.title,
    description: incident.description,
    sources: incident.signals.flatMap(signal => {
      const known = source(signal.id)
      return known ? [{ ...known, data: signal }] : []
    }),
    correlations: presentCorrelations(incident.correlations, source),
    clusters: incident.clusters.map(cluster => presentCluster(cluster, source)),
    remediationSuggestions: incident.remedies.map(presentRemedy),
    status: statusOf(incident),
    confidence: incident.confidence,
    openedAt: iso(incident.openedAt),
    updatedAt: iso(incident.updatedAt),
    ...(incident.resolvedAt !== undefined && { resolvedAt: iso(incident.resolvedAt) }),
    services: incident.services,
    groupedSignals: incident.signals.map(({ id, source: from, at, entity }) => ({
      id,
      source: from,
      at: iso(at),
      entity,
    })),
    rootCauses: incident.rootCauses.map(presentCause),
    onset: iso(incident.onset),
    phase: incident.phase,
    ...(incident.resolvedBecause !== undefined && { resolvedBecause: incident.resolvedBecause }),
    ...(incident.acknowledgedBy && { acknowledgedBy: incident.acknowledgedBy.name }),
    cameBack: incident.cameBack,
    ...(incident.again && { again: incident.again }),
    ...(incident.mutedUntil !== undefined && { mutedUntil: iso(incident.mutedUntil) }),
    ...(incident.known && { known: presentKnown(incident.known) }),
    ...(incident.quiet && { quiet: presentQuiet(incident.quiet) }),
    ...(incident.proposal && { proposal: incident.proposal }),
    ...(incident.like && { like: presentLike(incident.like) }),
    findings: incident.findings.map(presentFinding),
    wellServices: incident.wellServices,
    ruledOut: incident.ruledOut,
    missing: incident.missing.map(presentMissing),
  }
}

type Known = Pick<KnownIssue, 'by' | 'reason' | 'ticket' | 'until'>

function presentKnown({ by, reason, ticket, until }: Known) {
  return {
    by: by.name,
    reason,
    ...(ticket !== undefined && { ticket }),
    ...(until !== undefined && { until: iso(until) }),
  }
}

function presentQuiet(quiet: Quiet): WireIncident['quiet'] {
  if (quiet.because === 'maintenance') return { ...quiet, until: iso(quiet.until) }
  const { because, incident, reason, ticket, until } = quiet
  return {
    because,
    incidentId: incident,
    reason,
    ...(ticket !== undefined && { ticket }),
    ...(until !== undefined && { until: iso(until) }),
  }
}

export function presentSettings({ maintenance, muted, mutedIncidents, known, raised }: Settings): WireSettings {
  return {
    maintenance: maintenance.map(presentOccurrence),
    muted: muted.map(({ service, until, by }) => ({ service, until: iso(until), by: by.name })),
    mutedIncidents: mutedIncidents.map(({ incident, until }) => ({ incidentId: incident, until: iso(until) })),
    known: known.map(issue => ({
      ...presentKnown(issue),
      incidentId: issue.incident,
      ...issue.cause,
      severity: issue.severity,
      services: issue.services,
      at: iso(issue.at),
    })),
    raised: raised.map(({ group, name, factor, incident, by, at }) => ({
      group,
      name,
      factor,
      incidentId: incident,
      by: by.name,
      at: iso(at),
    })),
  }
}

export function presentOccurrence({ name, reason, from, until }: Occurrence): WireSettings['maintenance'][number] {
  return { name, reason, from: iso(from), until: iso(until) }
}

function presentLike({
  incident,
  openedAt,
  likeness,
  shared,
  isSame,
  lastedMillis,
  helped,
}: Like): WireIncident['like'] {
  return {
    incidentId: incident,
    openedAt: iso(openedAt),
    likeness,
    shared,
    sameFaultAndObject: isSame,
    lastedSeconds: lastedMillis / 1_000,
    ...(helped && { helped: { description: helped.title, recoveredAfterSeconds: helped.afterMillis / 1_000 } }),
  }
}

/** The same for lists: without `data` and `centroid`, which grow with the telemetry. */
export function presentListed(incident: Incident): WireIncident {
  const whole = presentIncident(incident)
  return {
    ...whole,
    sources: whole.sources.map(({ data: _data, ...source }) => source),
    clusters: whole.clusters.map(({ centroid: _centroid, ...cluster }) => cluster),
  }
}

/**
 * A trouble that a look found, as a list shows it: what is recorded of the open incident it belongs to, if there is one,
 * with what is seen of it now.
 */
export function presentDiagnosis(diagnosis: Diagnosis, at: Millis, known?: Incident): WireDetected {
  const { phase: _phase, remedies, ...seenNow } = diagnosis
  if (known) return presentListed({ ...known, ...seenNow })
  const unrecorded: Incident = {
    ...seenNow,
    id: diagnosis.key,
    phase: 'open',
    openedAt: diagnosis.onset,
    updatedAt: at,
    cameBack: false,
    splitOff: [],
    absorbed: [],
    feedback: [],
    remedies: [],
    threads: [],
    answers: [],
    version: 0,
  }
  return { ...presentListed(unrecorded), remediationSuggestions: remedies.map(presentDraft) }
}

/** Acknowledged, acting and verifying all mean that somebody is on it. */
export function statusOf({
  phase,
  acknowledgedBy,
}: Pick<Incident, 'phase' | 'acknowledgedBy'>): WireIncident['status'] {
  if (phase === 'resolved') return 'resolved'
  return acknowledgedBy || BUSY.includes(phase) ? 'investigating' : 'open'
}
const BUSY: readonly Phase[] = ['acting', 'verifying']

/** A signal as the seed's IncidentSource, by id; undefined for one that is not there. */
export type SourceOf = (id: string) => WireSource | undefined

/** Reasons as sentences; what each rests on is within the cause's evidence. */
function presentCause({ reasons, ...cause }: RootCause): WireIncident['rootCauses'][number] {
  return { ...cause, reasons: reasons.map(({ text }) => text) }
}

/** Relevance: how unusual the strongest finding is that cites the signal, or how sure the cause that rests on it. */
function sourcesOf({ signals, findings, rootCauses }: Incident): SourceOf {
  const relevance = new Map<string, number>()
  const raise = (ids: string[], score: number): void => {
    for (const id of ids) relevance.set(id, Math.max(relevance.get(id) ?? 0, Math.min(1, Math.max(0, score))))
  }
  for (const finding of findings) raise(finding.signals, finding.score)
  for (const cause of rootCauses) raise(cause.evidence, cause.confidence)
  return presentSources(signals, relevance)
}

export function presentSources(signals: Signal[], relevance: ReadonlyMap<string, number> = new Map()): SourceOf {
  const types = new Map(signals.map(({ id, source }) => [id, source]))
  return id => {
    const type = types.get(id)
    return type && { type, sourceId: id, relevanceScore: relevance.get(id) ?? 0 }
  }
}

/** Those whose two signals are there. */
export function presentCorrelations(correlations: Correlation[], source: SourceOf): WireCorrelation[] {
  return correlations.flatMap(({ a, b, type, confidence, timeWindow, explanation }) => {
    const [sourceA, sourceB] = [source(a), source(b)]
    return sourceA && sourceB ? [{ sourceA, sourceB, correlationType: type, confidence, timeWindow, explanation }] : []
  })
}

export function presentCluster({ members, ...cluster }: AnomalyCluster, source: SourceOf): WireCluster {
  return { ...cluster, members: members.flatMap(id => source(id) ?? []), clusterSize: members.length }
}

export function presentRemedy(remedy: Remedy): WireRemedy {
  const { approvals, approvalsNeeded, expiresAt, preview, outcome } = remedy
  const inverse = (outcome?.result === 'applied' ? outcome.inverse : undefined) ?? preview?.inverse
  return {
    ...presentDraft(remedy),
    id: remedy.id,
    incidentId: remedy.incident,
    state: remedy.state,
    stateAt: iso(remedy.stateAt),
    ...(remedy.stateReason !== undefined && { stateReason: remedy.stateReason }),
    ...(inverse && { inverse }),
    ...(remedy.actionId !== undefined && { actionId: remedy.actionId }),
    approvals: { have: approvals.length, need: approvalsNeeded, by: approvals.map(({ by }) => by.name) },
    ...(expiresAt !== undefined && { expiresAt: iso(expiresAt) }),
    ...(preview && { preview: presentPreview(preview) }),
    ...(outcome && { outcome: presentOutcome(outcome) }),
    ...(remedy.checked && { checked: remedy.checked }),
    ...(remedy.undoes !== undefined && { undoes: remedy.undoes }),
    ...(remedy.looked && { looked: { ...remedy.looked, at: iso(remedy.looked.at) } }),
  }
}

/** The seed's RemediationAction with the call it stands for; `command` is never set. */
export function presentDraft(draft: RemedyDraft) {
  const { type, title, riskLevel, prerequisites, reason, evidence, call, looks } = draft
  return {
    type,
    target: targetOf(draft.target),
    description: title,
    riskLevel,
    automatable: automatable(draft),
    prerequisites,
    reason,
    evidence,
    ...(call && { server: call.server, tool: call.tool, arguments: call.arguments }),
    ...(looks && { looks }),
  }
}

/** namespace/Kind/name as far as known, or the service. */
export function targetOf({ namespace, kind, name, service }: Entity): string {
  return name ? [namespace, kind, name].filter(Boolean).join('/') : service
}

function presentPreview(preview: Preview): WireRemedy['preview'] {
  const { former, ...rest } = preview
  return { ...rest, at: iso(preview.at), ...(former && { former: { from: iso(former.from), to: iso(former.to) } }) }
}

function presentOutcome({ result, detail }: Outcome): WireRemedy['outcome'] {
  return { result, detail }
}

export function presentFinding(finding: Finding): WireIncident['findings'][number] {
  return { ...finding, since: iso(finding.since), seen: iso(finding.seen) }
}

export function presentMissing({ since, ...missing }: Missing): WireIncident['missing'][number] {
  return { ...missing, ...(since !== undefined && { since: iso(since) }) }
}

/** `correlationId` is ours, and stands in the log beside the cause. */
export function presentFault(fault: Fault, correlationId: string): WireFault {
  const { code, message, details, retryable, retryAfter } = fault
  return {
    code,
    message,
    ...(details && { details }),
    retryable,
    ...(retryAfter !== undefined && { retryAfter }),
    correlationId,
  }
}

export function iso(at: Millis): string {
  return new Date(at).toISOString()
}

/** Entries of one incident, oldest first. */
export function presentTimeline(entries: readonly Entry[]): WireTimeline {
  return { items: timeline(entries).map(item => ({ ...item, at: iso(item.at) })) }
}
