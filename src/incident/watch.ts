// The way out: each tick reads the sources, analyses, and writes what is new into the record; deliver.ts says it.
import type { Toolbox } from './approval.ts'
import type { Analysis, Analyst } from './analyst.ts'
import type { SourceHealth } from './chat.ts'
import { createRecentlyEnded, isLeftAlone } from './ended.ts'
import { follow, forgotten, isSameTrouble, open } from './follow.ts'
import { createGather } from './gather.ts'
import type { GatherSettings } from './gather.ts'
import type { Diagnosis, Incident } from './incident.ts'
import type { Log, Observe } from './observe.ts'
import type { Millis, Missing, Source, Window } from './signal.ts'
import { amend, openIncidents } from './store.ts'
import type { IncidentStore } from './store.ts'
import { turn } from './turn.ts'

export type Look = { analysis: Analysis; missing: Missing[] }
export type Tick = { at: Millis; signals: number; millis: number; missing: Missing[] }

export type Watch = {
  /** Goes on where the last process stopped, or reads history from `since` on to learn what is usual. */
  begin(since: Millis): Promise<void>
  tick(): Promise<Tick>
  /** The same eyes, leaving no trace. Identical windows asked for at once share one run. */
  look(window: Window): Promise<Look>
  health(): SourceHealth[]
  /** Cuts short a look that is under way; nothing of it is written down. */
  stop(): void
  close(): Promise<void>
}

export type WatchSettings = GatherSettings & {
  /** How far each reading goes back beyond the last, for what came late. */
  overlapMillis: number
}

const HISTORY_PAGE_MILLIS = 6 * 3_600_000 // a longer window is a range no vendor likes to be asked for
const SNAPSHOT_TICKS = 10
const FORGOTTEN_TICKS = 10 // a restart without what was learnt: an open incident nobody speaks of any more
const A_TURN = 20 // incidents written before whoever waits for an answer gets it
const MOST_OPEN = 1_000
const READ_TO = 'read-to'
const LEARNT = 'learnt'

export function createWatch(given: {
  toolbox: Toolbox
  analyst: Analyst
  store: IncidentStore
  settings: WatchSettings
  clock: () => Millis
  log: Log
  observe: Observe
}): Watch {
  const { analyst, store, settings, clock, log, observe } = given
  const gather = createGather(given)
  const recentlyEnded = createRecentlyEnded(store)
  const looks = new Map<string, Promise<Look>>()
  const ending = new AbortController()
  const silentTicks = new Map<string, number>() // open incident -> ticks without a word about it
  let readTo = {} as Record<Source, Millis>
  let ticks = 0

  function windowsTo(at: Millis): Record<Source, Window> {
    const window = (source: Source) => {
      const from = Math.min(readTo[source] ?? at, at) - settings.overlapMillis // a clock may be set back
      return { from: Math.max(from, at - HISTORY_PAGE_MILLIS), to: at }
    }
    return fromSources(settings.sources, window)
  }

  async function record(analysis: Analysis, allAnswered: boolean): Promise<void> {
    const known = await openIncidents(store, MOST_OPEN)
    const spokenOf = new Set<string>()
    const errors: unknown[] = []
    for (const [index, diagnosis] of analysis.diagnoses.entries()) {
      if (index % A_TURN === A_TURN - 1) await turn()
      const incident = about(diagnosis, known, spokenOf)
      if (incident) spokenOf.add(incident.id)
      try {
        await write(diagnosis, incident, analysis.at)
      } catch (error) {
        errors.push(error) // one that cannot be written keeps no other from it
      }
    }
    if (errors.length > 0) throw errors[0]
    if (!allAnswered) return
    for (const { id } of known.filter(incident => !spokenOf.has(incident.id))) {
      const silent = (silentTicks.get(id) ?? 0) + 1
      silentTicks.set(id, silent)
      if (silent >= FORGOTTEN_TICKS) await amend(store, id, analysis.at, 'system', forgotten)
    }
    for (const id of spokenOf) silentTicks.delete(id)
  }

  async function write(diagnosis: Diagnosis, incident: Incident | undefined, at: Millis): Promise<void> {
    if (incident) {
      await amend(store, incident.id, at, 'system', now => follow(now, diagnosis, at))
      return
    }
    if (diagnosis.phase === 'recovered') return
    const before = await recentlyEnded.at(at)
    if (isLeftAlone(diagnosis.key, before)) return
    const id = await store.nextId()
    await store.append(id, 0, at, 'system', open(id, diagnosis, before))
    log.info({ incident: id, severity: diagnosis.severity }, `opened: ${diagnosis.title}`)
  }

  async function keep(): Promise<void> {
    await store.save(LEARNT, await analyst.snapshot())
    await store.save(READ_TO, Buffer.from(JSON.stringify(readTo)))
  }

  async function resume(): Promise<boolean> {
    const [learnt, kept] = [await store.load(LEARNT), await store.load(READ_TO)]
    if (!learnt || !kept || !(await analyst.restore(learnt))) return false
    readTo = JSON.parse(Buffer.from(kept).toString()) as Record<Source, Millis>
    return true
  }

  async function lookNow(window: Window): Promise<Look> {
    const readings = await gather.read(
      fromSources(settings.sources, () => window),
      ending.signal,
    )
    const analysis = await analyst.analyse(readings, window.to, { learn: false })
    return { analysis, missing: readings.flatMap(({ missing }) => missing) }
  }

  return {
    async begin(since) {
      if (await resume()) return
      const now = clock()
      for (let from = since; from < now; from += HISTORY_PAGE_MILLIS) {
        const window = { from, to: Math.min(from + HISTORY_PAGE_MILLIS, now) }
        const readings = await gather.read(
          fromSources(settings.sources, () => window),
          ending.signal,
        )
        await analyst.learn(readings, window.to)
      }
      readTo = fromSources(settings.sources, () => now)
    },
    async tick() {
      const at = clock()
      const began = performance.now()
      const readings = await gather.read(windowsTo(at), ending.signal)
      if (ending.signal.aborted) return { at, signals: 0, millis: performance.now() - began, missing: [] }
      for (const { source, answered } of readings) if (answered || readTo[source] === undefined) readTo[source] = at
      const analysis = await analyst.analyse(readings, at, { learn: true })
      const said = readings.flatMap(({ signals }) => signals.filter(({ kind }) => kind !== 'series'))
      if (said.length > 0) await store.remember(said, at)
      await record(
        analysis,
        readings.every(({ answered }) => answered),
      )
      if (++ticks % SNAPSHOT_TICKS === 0) await keep()
      const millis = performance.now() - began
      observe.time('tick_duration_seconds', millis / 1_000)
      observe.count('ticks_total', { outcome: readings.every(({ answered }) => answered) ? 'ok' : 'partial' })
      return { at, signals: analysis.signals, millis, missing: readings.flatMap(({ missing }) => missing) }
    },
    look(window) {
      const key = `${window.from}-${window.to}`
      const known = looks.get(key)
      if (known) return known
      const look = lookNow(window).finally(() => looks.delete(key))
      looks.set(key, look)
      return look
    },
    health: () => gather.health(),
    stop: () => ending.abort(),
    async close() {
      recentlyEnded.close()
      if (ticks > 0) await keep()
    },
  }
}

/** The open incident a diagnosis is about: by its key, else (after a restart) by what it says. */
function about(diagnosis: Diagnosis, known: readonly Incident[], taken: ReadonlySet<string>): Incident | undefined {
  const isFree = ({ id }: Incident) => !taken.has(id)
  return (
    known.find(incident => incident.key === diagnosis.key && isFree(incident)) ??
    known.find(incident => isFree(incident) && isSameTrouble(incident, diagnosis))
  )
}

function fromSources<T>(sources: readonly Source[], value: (source: Source) => T): Record<Source, T> {
  return Object.fromEntries(sources.map(source => [source, value(source)])) as Record<Source, T>
}
