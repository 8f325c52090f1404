// What could be done about it: take back the change that fits the onset, mend the bad state, else look. Playbooks over facts, no guessing.
import type { Incident } from '#incident/incident.ts'
import { automatable } from '#incident/remedy.ts'
import type { RemedyDraft, RemedyType, RiskLevel } from '#incident/remedy.ts'
import type { ToolCall } from '#incident/tool-call.ts'
import type { Change, Entity, Millis, Signal, State } from '#incident/signal.ts'
import { looksAt } from './looks.ts'

type Cause = Incident['rootCauses'][number]

export type Facts = {
  causes: readonly Cause[]
  onset: Millis
  /** Recent changes, of any service. */
  changes: readonly Change[]
  /** States that hold now. */
  states: readonly State[]
  /** What is cited, to see who could have written it. */
  signals: readonly Signal[]
}

/** Under this nobody is offered a button: VOICE, "Not clear yet" has no button but looks. */
const LEAST_CONFIDENCE = 0.5
/** A change this long before the onset is still a suspect: slow leaks and caches that run out. */
const SUSPECT_BEFORE_MILLIS = 60 * 60_000
/** Onsets are told by steps of a minute or more; the change may seem to follow by as much. */
const SUSPECT_AFTER_MILLIS = 2 * 60_000
const MOST_CALLS = 3 // as many as a card has buttons for
const MOST_ADVICE = 2

/**
 * What can be taken back by a press first, then what is safe, then advice, and looks last: there is always one. The same
 * call is offered once.
 */
export function remediate(facts: Facts): RemedyDraft[] {
  const [cause] = facts.causes
  if (!cause) return [lookAround()]
  const acting = cause.confidence >= LEAST_CONFIDENCE && !restsOnPublicOnly(cause, facts.signals)
  const drafts = acting ? [...undoings(cause, facts), ...mendings(cause, facts)] : []
  const calls = once(drafts).toSorted((a, b) => danger(a) - danger(b))
  return [...calls.slice(0, MOST_CALLS), ...(acting ? advice(cause, facts) : []), lookAt(cause, facts)]
}

/** A restart cannot be taken back; scaling can, and yet moves traffic. */
function danger({ call }: RemedyDraft): number {
  return ORDER.indexOf(call?.tool ?? '')
}
const ORDER = ['rollback_workload', 'scale_workload', 'restart_workload']

/** Changes of the culprit near the onset, the nearest first. */
function undoings(cause: Cause, { changes, onset }: Facts): RemedyDraft[] {
  return changes
    .filter(({ entity, change }) => change.undo !== undefined && isAbout(entity, cause.entity))
    .filter(({ at }) => at >= onset - SUSPECT_BEFORE_MILLIS && at <= onset + SUSPECT_AFTER_MILLIS)
    .toSorted((a, b) => Math.abs(a.at - onset) - Math.abs(b.at - onset))
    .flatMap(signal => {
      const { undo, from, to } = signal.change
      if (!undo) return []
      const service = signal.entity.service
      const title =
        undo.tool === 'scale_workload'
          ? `Scale ${service} back to ${from ?? undo.arguments['replicas']}`
          : `Roll back ${service}${from ? ` to ${from}` : ''}`
      const changed = undo.tool === 'scale_workload' ? 'scaled' : 'rolled out'
      const reason = `${service} was ${changed}${to ? ` to ${to}` : ''} just before it began.`
      return [draft(undo, signal.entity, title, reason, [signal.id])]
    })
}

/** What a check of the culprit's own object proposes. */
function mendings(cause: Cause, { states }: Facts): RemedyDraft[] {
  return states
    .filter(({ entity, remedy }) => remedy !== undefined && isAbout(entity, cause.entity))
    .toSorted((a, b) => b.points - a.points)
    .flatMap(({ id, entity, remedy }) => {
      if (!remedy) return []
      const title = `${TITLES[remedy.call.tool] ?? 'Mend'} ${entity.service}`
      return [draft(remedy.call, entity, title, `${capital(remedy.reason)}.`, [id])]
    })
}

/** What mends a bad state of the culprit's own object, in the words of its check: for people, no call stands behind it. */
function advice(cause: Cause, { states }: Facts): RemedyDraft[] {
  const told = states
    .filter(({ entity, labels }) => labels['mend'] !== undefined && isAbout(entity, cause.entity))
    .toSorted((a, b) => b.points - a.points)
    .map(
      ({ id, entity, text, labels: { mend = '' } }): RemedyDraft => ({
        type: 'investigate',
        target: entity,
        title: capital(mend),
        reason: `${capital(text)}.`,
        riskLevel: 'low',
        prerequisites: [],
        evidence: [id],
      }),
    )
  return once(told).slice(0, MOST_ADVICE)
}

const TITLES: Record<string, string> = {
  rollback_workload: 'Roll back',
  scale_workload: 'Scale',
  restart_workload: 'Restart',
}
const TYPES: Record<string, RemedyType> = {
  rollback_workload: 'rollback',
  scale_workload: 'scale',
  restart_workload: 'restart',
}
const RISKS: Record<string, RiskLevel> = { rollback_workload: 'low', scale_workload: 'medium', restart_workload: 'low' }
/** As the dry run names what it looks into (kubernetes/writes): the same words before a preview and in it. */
const PREREQUISITES: Record<string, string[]> = {
  rollback_workload: [
    'the former revision exists',
    'the former revision was healthy',
    'what its pods need is still there',
    'no other remedy is under way on it',
  ],
  scale_workload: [
    'the pods left carry the traffic',
    'no autoscaler decides its size',
    'no other remedy is under way on it',
  ],
  restart_workload: [
    'no rollout of it is under way',
    'some pods serve while others are replaced',
    'no other remedy is under way on it',
  ],
}

function draft(call: ToolCall, target: Entity, title: string, reason: string, evidence: string[]): RemedyDraft {
  return {
    type: TYPES[call.tool] ?? 'investigate',
    target: objectOf(call, target),
    call,
    title,
    reason,
    riskLevel: RISKS[call.tool] ?? 'high',
    prerequisites: PREREQUISITES[call.tool] ?? [],
    evidence,
  }
}

/** The object the call changes, not the pod or event it was seen on. */
function objectOf({ arguments: given }: ToolCall, { cluster, service }: Entity): Entity {
  const text = (field: string) => (typeof given[field] === 'string' ? { [field]: given[field] } : {})
  return { ...(cluster && { cluster }), ...text('namespace'), ...text('kind'), ...text('name'), service }
}

function lookAt(cause: Cause, { signals, states }: Facts): RemedyDraft {
  const { entity, evidence, reasons } = cause
  return {
    type: 'investigate',
    target: entity,
    title: `Look at ${entity.service}`,
    reason: reasons[0] ? `${capital(reasons[0].text)}.` : 'It is the first candidate.',
    riskLevel: 'low',
    prerequisites: [],
    evidence: evidence.slice(0, 5),
    looks: looksAt(cause, signals, states),
  }
}

function lookAround(): RemedyDraft {
  return {
    type: 'investigate',
    target: { service: 'unknown' },
    title: 'Look at what is hurt',
    reason: 'No cause stands out yet.',
    riskLevel: 'low',
    prerequisites: [],
    evidence: [],
  }
}

function once(drafts: readonly RemedyDraft[]): RemedyDraft[] {
  const seen = new Set<string>()
  return drafts.filter(remedy => {
    const key = automatable(remedy) ? JSON.stringify(remedy.call) : remedy.title
    return !seen.has(key) && seen.add(key)
  })
}

/** The same service, and where both name a namespace, in the same one. */
function isAbout(entity: Entity, culprit: Entity): boolean {
  const sameNamespace = !entity.namespace || !culprit.namespace || entity.namespace === culprit.namespace
  return sameNamespace && entity.service.toLowerCase() === culprit.service.toLowerCase()
}

/** A claim that only publicly writable text supports may be shown, never acted on. */
function restsOnPublicOnly({ evidence }: Cause, signals: readonly Signal[]): boolean {
  const cited = signals.filter(({ id }) => evidence.includes(id))
  return cited.every(({ writer }) => writer === 'public')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, '')
}
