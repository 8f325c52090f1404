// Of each new incident the earlier one that is most like it, with what helped then. Asked after everything new is in the
// record, so that nobody waits for it; it changes the order of remedies, never how sure a cause is.
import type { Incident } from './incident.ts'
import { likenessOf } from './likeness.ts'
import type { Comparable } from './likeness.ts'
import { hasHelped } from './remedy.ts'
import type { Remedy } from './remedy.ts'
import { isSameObject } from './signal.ts'
import type { Millis } from './signal.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'
import { turn } from './turn.ts'

export type Like = {
  incident: string
  openedAt: Millis
  likeness: number // 0..1
  /** What both have, in words, most telling first. */
  shared: string[]
  /** The same fault of the same object: what helped then is offered first. */
  isSame: boolean
  /** The remedy after which it was over, and how soon after it was applied. */
  helped?: Pick<Remedy, 'type' | 'title' | 'target'> & { afterMillis: Millis }
  /** Where none did: how long it lasted, and whether a person closed it. */
  lastedMillis: Millis
  closedByPerson: boolean
}

export type Liken = {
  /** Writes into the record what each incident that was opened since, or changed its cause, is most like. */
  tell(at: Millis): Promise<void>
  close(): void
}

const MOST_COMPARED = 500 // the last ones opened: what was true years ago helps nobody
const A_TURN = 20 // incidents read before whoever waits for an answer gets it
const LEAST_LIKENESS = 0.6 // the cause and its fault, or as much of the rest (likeness.ts)

type Past = Comparable & Omit<Like, 'likeness' | 'shared' | 'isSame'>

/** Each past incident is read once; of each only what is compared and said is kept. */
export function createLiken(store: IncidentStore): Liken {
  const past = new Map<string, Past>() // oldest first
  let unread: string[] | undefined
  const wanted = new Set<string>()
  const unlisten = store.listen(({ incident, by, happening }) => {
    if (happening.type === 'resolved') unread?.push(incident)
    const isNew = happening.type === 'opened' && by === 'system'
    if (isNew || (happening.type === 'updated' && happening.reason === 'another cause')) wanted.add(incident)
  })

  async function readEnded(): Promise<void> {
    unread ??= (await store.list({ open: false, limit: MOST_COMPARED })).toReversed()
    for (let read = 1, id = unread.shift(); id !== undefined; read++, id = unread.shift()) {
      const ended = pastOf(await readIncident(store, id))
      if (ended) past.set(id, ended)
      if (read % A_TURN === 0) await turn()
    }
    for (const id of past.keys()) {
      if (past.size <= MOST_COMPARED) break
      past.delete(id)
    }
  }

  return {
    async tell(at) {
      if (wanted.size === 0) return
      const ids = [...wanted]
      wanted.clear()
      await readEnded()
      for (const id of ids) {
        await amend(store, id, at, 'system', now => {
          if (now.resolvedAt !== undefined) return []
          const like = mostLike(now, [...past.values()])
          return like && like.incident !== now.like?.incident ? [{ type: 'likened', like }] : []
        })
        await turn()
      }
    },
    close: unlisten,
  }
}

/** Of several alike, the latest. */
function mostLike(incident: Incident, past: readonly Past[]): Like | undefined {
  let best: { past: Past; likeness: number; shared: string[] } | undefined
  for (const each of past) {
    if (each.incident === incident.id || each.openedAt >= incident.openedAt) continue
    const { likeness, shared } = likenessOf(incident, each)
    if (likeness >= Math.max(LEAST_LIKENESS, best?.likeness ?? 0)) best = { past: each, likeness, shared }
  }
  if (!best) return undefined
  const { rootCauses, services: _services, findings: _findings, ...told } = best.past
  const isSame = isSameFault(incident.rootCauses[0], rootCauses[0])
  return { ...told, likeness: Math.round(best.likeness * 100) / 100, shared: best.shared, isSame }
}

type Cause = Comparable['rootCauses'][number]

function isSameFault(a: Cause | undefined, b: Cause | undefined): boolean {
  return a?.fault !== undefined && a.fault === b?.fault && isSameObject(a.entity, b.entity)
}

/** One that went on in another says nothing of how it ended. */
function pastOf(incident: Incident): Past | undefined {
  const { id, openedAt, onset, resolvedAt, rootCauses, services, findings, remedies, mergedInto } = incident
  if (resolvedAt === undefined || mergedInto !== undefined) return undefined
  const remedy = remedies.findLast(hasHelped)
  const helped = remedy && {
    type: remedy.type,
    title: remedy.title,
    target: remedy.target,
    afterMillis: resolvedAt - (remedy.appliedAt ?? resolvedAt),
  }
  return {
    incident: id,
    openedAt,
    lastedMillis: resolvedAt - onset,
    closedByPerson: incident.resolvedBecause === 'resolved by a person',
    ...(helped && { helped }),
    rootCauses: rootCauses.slice(0, 1).map(({ entity, fault }) => ({ entity, ...(fault && { fault }) })),
    services,
    findings: findings.map(({ kind, entity }) => ({ kind, entity })),
  }
}
