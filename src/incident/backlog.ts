// What one chat has not been told yet, and what it is told next: the critical first, a storm as one digest. Pure state, no clock.
import type { ChatName, Thread } from './thread.ts'
import type { Incident } from './incident.ts'
import { mutedUntil } from './mute.ts'
import type { Mute } from './mute.ts'
import { endOfQuiet } from './quiet.ts'
import type { Entry } from './record.ts'
import { SEVERITIES } from './signal.ts'
import type { Millis, Severity } from './signal.ts'

export type Job =
  | { kind: 'incident'; incident: string }
  /** `key`: of the digest that goes on; a new one is named by the first that joins. `members`: with those that join. */
  | { kind: 'digest'; key: string; members: Line[]; joining: string[] }

/** What is known of an incident without reading its record. `told`: the version this chat shows. */
export type Line = {
  id: string
  severity: Severity
  services: string[]
  since: Millis
  isResolved: boolean
  mutedUntil?: Millis
  /** By maintenance, or as known: critical or not. */
  quietUntil?: Millis
  thread?: Thread
  /** Opened by a person: nobody has to be spared it. */
  isByPerson: boolean
  /** Somebody here acts on it: it needs a message of its own. */
  isActedOn: boolean
  /** Over before this process began, and said then: only changes are news. */
  isOld: boolean
  version: number
  told: number
}

export type Backlog = {
  hear(entry: Entry): void
  /** As it stands when the process starts. */
  load(incident: Incident, told: number): void
  /** `thread`: where, if in a message of ours. */
  told(id: string, version: number, thread?: Thread): void
  /** Nothing is tried for it before then: the chat refused this one message. */
  park(id: string, until: Millis): void
  /** What can be said now, else when there may be something; undefined: nothing. */
  next(now: Millis, mutes: readonly Mute[]): Job | { at: Millis } | undefined
  /** A digest that was begun at that moment, when the process starts. */
  resume(digest: string, at: Millis): void
  /** `shown`: its members as it shows them. `joinedAt`: when somebody joined it, if somebody did. */
  toldDigest(key: string, shown: readonly Line[], joinedAt?: Millis): void
}

/** How a digest's key begins; the id of the first that joined follows. */
export const DIGEST = 'digest-'

const STORM_FROM = 6 // incidents not posted yet: five messages in a row can still be read, six are a flood
export const CALM_MILLIS = 60_000 // a storm is over when nothing has joined it for so long, or the clock was set back

/** `settleMillis`: how long what is not critical waits before it is posted, so that a storm is seen as one. */
export function createBacklog(chat: ChatName, settleMillis: Millis): Backlog {
  const lines = new Map<string, Line>()
  const parked = new Map<string, Millis>()
  const changedDigests = new Set<string>()
  let storm: { key: string; joined: Millis } | undefined

  function change(id: string, at: Millis, fields: Partial<Line>): void {
    const known = lines.get(id) ?? unknown(id, at)
    const line = { ...known, ...fields }
    lines.set(id, line)
    if (line.thread?.digest) changedDigests.add(line.thread.digest)
    if (line.isResolved && line.told >= line.version && !line.thread?.digest) lines.delete(id)
  }

  function membersOf(digest: string): Line[] {
    return [...lines.values()].filter(({ thread }) => thread?.digest === digest)
  }

  return {
    hear(entry) {
      const { incident, at, version, happening } = entry
      const isNews = happening.type !== 'posted'
      change(incident, at, { ...(isNews && { version }), ...fieldsOf(entry, chat) })
    },
    load(incident, told) {
      const { id, severity, services, openedAt: since, version } = incident
      const thread = incident.threads.find(known => known.chat === chat)
      const isResolved = incident.resolvedAt !== undefined
      change(id, since, {
        severity,
        services,
        since,
        isResolved,
        mutedUntil: incident.mutedUntil,
        ...(incident.quiet && { quietUntil: endOfQuiet(incident) }),
        thread,
        isByPerson: incident.declaredBy !== undefined,
        isActedOn: incident.remedies.some(({ lookedAtIn }) => lookedAtIn.includes(chat)),
        isOld: false,
        version,
        told,
      })
    },
    told(id, version, thread) {
      const line = lines.get(id)
      if (line) change(id, line.since, { told: version, ...(thread && { thread }) })
    },
    park: (id, until) => void parked.set(id, until),
    next(now, mutes) {
      if (storm && Math.abs(now - storm.joined) >= CALM_MILLIS) storm = undefined
      for (const line of lines.values()) if (isPointless(line, mutes, now)) lines.delete(line.id)
      const readyAt = (line: Line) => Math.max(parked.get(line.id) ?? 0, firstSayable(line, mutes, settleMillis))
      const waiting = [...lines.values()].filter(isWaiting).toSorted((a, b) => rank(a) - rank(b) || a.since - b.since)
      const first = waiting.find(line => readyAt(line) <= now)
      if (first && isUrgent(first) && !first.isResolved) return { kind: 'incident', incident: first.id }

      const isHeld = (line: Line) => Math.max(heldUntil(line, mutes), parked.get(line.id) ?? 0) > now
      const fresh = waiting.filter(line => !line.thread && !isPosted(line) && !isHeld(line))
      const [one] = fresh
      if (one && settleMillis > 0 && (storm || fresh.length >= STORM_FROM)) {
        const key = storm?.key ?? `${DIGEST}${one.id}`
        return { kind: 'digest', key, members: [...membersOf(key), ...fresh], joining: fresh.map(({ id }) => id) }
      }
      if (first) return { kind: 'incident', incident: first.id }
      const [changed] = changedDigests
      if (changed !== undefined) return { kind: 'digest', key: changed, members: membersOf(changed), joining: [] }
      return waiting.length > 0 ? { at: Math.min(...waiting.map(readyAt)) } : undefined
    },
    resume(digest, at) {
      storm = { key: digest, joined: at }
    },
    toldDigest(key, shown, joinedAt) {
      if (joinedAt !== undefined) storm = { key, joined: joinedAt }
      if (shown.some(({ id, version }) => lines.get(id)?.version !== version)) return // changed while it was said
      changedDigests.delete(key)
      const members = membersOf(key)
      if (members.every(({ isResolved }) => isResolved)) for (const { id } of members) lines.delete(id)
    },
  }
}

/** Of what is not known: an incident that was over before this process began, and was said then. */
function unknown(id: string, since: Millis): Line {
  return {
    id,
    severity: 'low',
    services: [],
    since,
    isResolved: true,
    isByPerson: false,
    isActedOn: false,
    isOld: true,
    version: 0,
    told: 0,
  }
}

function fieldsOf({ by, happening }: Entry, chat: ChatName): Partial<Line> {
  switch (happening.type) {
    case 'opened': {
      const { severity, services } = happening.diagnosis
      return { severity, services, isByPerson: by !== 'system', isResolved: false, isOld: false }
    }
    case 'previewed':
      return by !== 'system' && by.chat === chat ? { isActedOn: true } : {}
    case 'updated':
      return { severity: happening.diagnosis.severity, services: happening.diagnosis.services }
    case 'posted':
      return happening.thread.chat === chat ? { thread: happening.thread } : {}
    case 'muted':
      return { mutedUntil: happening.until }
    case 'unmuted':
      return { mutedUntil: undefined }
    case 'quieted':
      return { quietUntil: endOfQuiet(happening) }
    case 'heard':
      return { quietUntil: undefined }
    case 'resolved':
      return { isResolved: true }
    default:
      return {}
  }
}

/** Nothing holds it back, and a digest does not do for it. */
function isUrgent({ severity, quietUntil, isActedOn }: Line): boolean {
  return (severity === 'critical' && quietUntil === undefined) || isActedOn
}

/** Until when nothing new is said of it; 0: it is heard. */
function heldUntil(line: Line, mutes: readonly Mute[]): Millis {
  return Math.max(mutedUntil(line, mutes) ?? 0, line.quietUntil ?? 0)
}

/** From when on it has lasted long enough; a storm is told of sooner. */
function lastingFrom({ since, severity, isByPerson }: Line): Millis {
  return since + (isByPerson ? 0 : LEAST_MILLIS[severity])
}

/** How long it lasts at least before anybody is told: what is over sooner, and hurt little, was nobody's to look at. By judgement. */
const LEAST_MILLIS: Record<Severity, Millis> = { critical: 0, high: 0, medium: 2 * 60_000, low: 5 * 60_000 }

/** Whether its message, or the digest that does for it, is there. */
function isPosted(line: Line): boolean {
  const { thread, isOld } = line
  return isOld || (thread !== undefined && !(thread.digest && isUrgent(line)))
}

/** A member of a digest changes with its digest. */
function isWaiting(line: Line): boolean {
  return line.thread?.digest ? isUrgent(line) : line.told < line.version
}

/** Over before anybody was to hear of it. */
function isPointless(line: Line, mutes: readonly Mute[], now: Millis): boolean {
  return line.isResolved && !isPosted(line) && Math.max(heldUntil(line, mutes), lastingFrom(line)) > now
}

/** What is posted is edited at once; what is not waits until it has settled and is not muted. The urgent does neither. */
function firstSayable(line: Line, mutes: readonly Mute[], settleMillis: Millis): Millis {
  if (isPosted(line) || isUrgent(line)) return 0
  return Math.max(line.since + settleMillis, lastingFrom(line), heldUntil(line, mutes))
}

/** The critical before all, then what nobody has been told of, then changes; what is over comes last. */
function rank(line: Line): number {
  const severity = SEVERITIES.indexOf(line.severity)
  return (line.isResolved ? 100 : 0) + severity * 2 + (isPosted(line) ? 1 : 0)
}
