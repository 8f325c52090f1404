// The way out: each tick reads the sources, analyses, and writes what is new into the record; deliver.ts says it.
import { againOf } from './again.ts'
import type { Toolbox } from './approval.ts'
import type { Analysis, Analyst } from './analyst.ts'
import type { SourceHealth } from './chat.ts'
import { createRecentlyEnded, isLeftAlone } from './ended.ts'
import { follow, forgotten, isSameTrouble, open } from './follow.ts'
import { createGather } from './gather.ts'
import type { GatherSettings } from './gather.ts'
import type { Diagnosis, Incident } from './incident.ts'
import { readKnown } from './known.ts'
import { createLiken } from './liken.ts'
import type { Maintenance } from './maintenance.ts'
import type { Log, Observe } from './observe.ts'
import { quieten, quietOf } from './quiet.ts'
import type { Quietening } from './quiet.ts'
import type { Happening } from './record.ts'
import { createReach, fromSources, LONGEST_READING_MILLIS } from './reach.ts'
import { readSensitivity } from './sensitivity.ts'
import type { Millis, Missing, Source, SourceReading, Window } from './signal.ts'
import { amend, amendRead, openIncidents } from './store.ts'
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
  /** How many ticks in a row have failed, up to the last. */
  failures(): number
  /** Cuts short a look, or the learning, that is under way; nothing of it is written down. */
  stop(): void
  close(): Promise<void>
}

export type WatchSettings = GatherSettings & {
  /** How far each reading goes back beyond the last, for what came late. */
  overlapMillis: number
  /** That is announced. */
  maintenance?: readonly Maintenance[]
}

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
  const reach = createReach({ ...settings, lossesOf: () => analyst.losses() })
  const recentlyEnded = createRecentlyEnded(store)
  const liken = createLiken(store)
  const looks = new Map<string, Promise<Look>>()
  const ending = new AbortController()
  const silentTicks = new Map<string, number>() // open incident -> ticks without a word about it
  let failures = 0
  let ticks = 0

  async function lookAndLearn(): Promise<Tick> {
    const at = clock()
    const began = performance.now()
    const readings = await gather.read(reach.windowsTo(at), ending.signal)
    if (ending.signal.aborted) return { at, signals: 0, millis: performance.now() - began, missing: [] }
    reach.read(readings, at)
    const analysis = await takeIn(readings, at)
    const said = readings.flatMap(({ signals }) => signals.filter(({ kind }) => kind !== 'series'))
    if (said.length > 0) await store.remember(said, at)
    const allAnswered = readings.every(({ answered }) => answered)
    await record(analysis, allAnswered)
    await liken.tell(at)
    if (++ticks % SNAPSHOT_TICKS === 0) await keep()
    const millis = performance.now() - began
    observe.time('tick_duration_seconds', millis / 1_000)
    observe.count('ticks_total', { outcome: allAnswered ? 'ok' : 'partial' })
    return { at, signals: analysis.signals, millis, missing: readings.flatMap(({ missing }) => missing) }
  }

  async function takeIn(readings: SourceReading[], at: Millis): Promise<Analysis> {
    try {
      const sensitivity = await readSensitivity(store)
      const analysis = await analyst.analyse(readings, at, { learn: true, sensitivity })
      reach.takenIn()
      return analysis
    } catch (error) {
      reach.notTakenIn()
      throw error
    }
  }

  async function record(analysis: Analysis, allAnswered: boolean): Promise<void> {
    const known = await openIncidents(store, MOST_OPEN)
    const quietening = { maintenance: settings.maintenance ?? [], known: await readKnown(store, analysis.at) }
    const spokenOf = new Set<string>()
    const errors: unknown[] = []
    for (const [index, diagnosis] of analysis.diagnoses.entries()) {
      if (index % A_TURN === A_TURN - 1) await turn()
      const incident = about(diagnosis, known, spokenOf)
      if (incident) spokenOf.add(incident.id)
      try {
        await write(diagnosis, incident, analysis.at, quietening)
      } catch (error) {
        errors.push(error) // one that cannot be written keeps no other from it
      }
    }
    if (errors.length > 0) throw errors[0]
    for (const incident of known.filter(({ id }) => !spokenOf.has(id)))
      await amendRead(store, incident, analysis.at, 'system', now => quieten(now, now, quietening, analysis.at))
    if (!allAnswered) return
    for (const incident of known.filter(({ id }) => !spokenOf.has(id))) {
      const silent = (silentTicks.get(incident.id) ?? 0) + 1
      silentTicks.set(incident.id, silent)
      if (silent >= FORGOTTEN_TICKS) await amendRead(store, incident, analysis.at, 'system', forgotten)
    }
    for (const id of spokenOf) silentTicks.delete(id)
  }

  async function write(
    diagnosis: Diagnosis,
    incident: Incident | undefined,
    at: Millis,
    quietening: Quietening,
  ): Promise<void> {
    if (incident) {
      await amendRead(store, incident, at, 'system', now => {
        const happenings = follow(now, diagnosis, at)
        const isOver = happenings.some(({ type }) => type === 'resolved')
        return isOver ? happenings : [...happenings, ...quieten(now, diagnosis, quietening, at)]
      })
      return
    }
    if (diagnosis.phase === 'recovered') return
    const before = await recentlyEnded.at(at)
    if (isLeftAlone(diagnosis.key, before)) return
    const id = await store.nextId()
    const again = againOf(diagnosis, before, at)
    const quiet = quietOf(diagnosis, quietening, at)
    const quieted: Happening[] = quiet ? [{ type: 'quieted', quiet }] : []
    await store.append(id, 0, at, 'system', [...open(id, diagnosis, before, again), ...quieted])
    if (again?.continues !== undefined) {
      await amend(store, again.continues, at, 'system', ({ continuedIn }) =>
        continuedIn === undefined ? [{ type: 'continued', in: id }] : [],
      )
    }
    log.info({ incident: id, severity: diagnosis.severity }, `opened: ${diagnosis.title}`)
  }

  async function keep(): Promise<void> {
    const learnt = await analyst.snapshot()
    if (!reach.keep()) return
    await store.save(LEARNT, learnt)
    await store.save(READ_TO, Buffer.from(JSON.stringify(reach.now())))
  }

  async function resume(): Promise<boolean> {
    const [learnt, kept] = [await store.load(LEARNT), await store.load(READ_TO)]
    if (!learnt || !kept || !(await analyst.restore(learnt))) return false
    reach.begin(JSON.parse(Buffer.from(kept).toString()) as Record<Source, Millis>)
    return true
  }

  async function lookNow(window: Window): Promise<Look> {
    const readings = await gather.read(
      fromSources(settings.sources, () => window),
      ending.signal,
    )
    const sensitivity = await readSensitivity(store)
    const analysis = await analyst.analyse(readings, window.to, { learn: false, sensitivity })
    return { analysis, missing: readings.flatMap(({ missing }) => missing) }
  }

  return {
    async begin(since) {
      if (await resume()) return
      const now = clock()
      for (let from = since; from < now; from += LONGEST_READING_MILLIS) {
        const window = { from, to: Math.min(from + LONGEST_READING_MILLIS, now) }
        const readings = await gather.read(
          fromSources(settings.sources, () => window),
          ending.signal,
        )
        if (ending.signal.aborted) return
        await analyst.learn(readings, window.to)
      }
      reach.begin(fromSources(settings.sources, () => now))
      await analyst.snapshot() // so that an end of its own does not forget the past
    },
    async tick() {
      try {
        const tick = await lookAndLearn()
        failures = 0
        return tick
      } catch (error) {
        failures++
        throw error
      }
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
    failures: () => failures,
    stop: () => ending.abort(),
    async close() {
      recentlyEnded.close()
      liken.close()
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
