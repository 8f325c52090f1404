// Asks every source what is abnormal, changed or new, in parallel under one deadline; one that fails leaves the rest standing.
import type { Toolbox } from './approval.ts'
import { asFault } from './fault.ts'
import type { Log, Observe } from './observe.ts'
import type { Json } from './tool-call.ts'
import type { Millis, Missing, Reading, Source, SourceReading, Window } from './signal.ts'
import { turn } from './turn.ts'

export type Gather = {
  /** Each source's reading of its own window, in the order of `sources`. Never throws. What `ending` cuts short says nothing of a source. */
  read(windows: Record<Source, Window>, ending: AbortSignal): Promise<SourceReading[]>
  health(): { source: Source; up: boolean; since?: Millis }[]
}

export type GatherSettings = {
  sources: readonly Source[]
  /** For all sources together, and for one of them. Real time. */
  deadlineMillis: number
  sourceDeadlineMillis: number
}

const EVERYTHING = 'everything'
const MOST_PAGES = 200 // 100,000 signals: a source that says more has to be asked for less

export function createGather(given: {
  toolbox: Toolbox
  settings: GatherSettings
  clock: () => Millis
  log: Log
  observe: Observe
}): Gather {
  const { toolbox, settings, clock, log, observe } = given
  const gaps = new Map<Source, ReadonlyMap<string, Millis>>() // what of a source is missing since when

  /** With the moment from which on each has been missing. */
  function dated(source: Source, missing: readonly Missing[]): Missing[] {
    const before = gaps.get(source)
    const since = new Map(missing.map(each => [each.what, each.since ?? before?.get(each.what) ?? clock()]))
    gaps.set(source, since)
    return missing.map(each => ({ ...each, since: since.get(each.what) ?? clock() }))
  }

  async function readSource(source: Source, window: Window, ending: AbortSignal): Promise<SourceReading> {
    const reading: Reading = { signals: [], relations: [], healthy: [], missing: [] }
    const millis = Math.min(settings.sourceDeadlineMillis, settings.deadlineMillis)
    const deadline = AbortSignal.timeout(millis)
    const abort = AbortSignal.any([deadline, ending])
    const began = performance.now()
    try {
      let cursor: string | undefined
      for (let page = 0; page === 0 || cursor !== undefined; page++) {
        if (page === MOST_PAGES) {
          reading.missing.push({ source, what: 'the rest of the signals', why: `more than ${MOST_PAGES} pages` })
          break
        }
        const answer = await toolbox.call(
          { server: source, tool: 'get_signals', arguments: { ...window, ...(cursor !== undefined && { cursor }) } },
          { deadlineMillis: settings.sourceDeadlineMillis, signal: abort },
        )
        cursor = append(reading, answer.structured as Partial<Reading> & { nextCursor?: Json })
        await turn() // of a server in this process the next page comes at once
      }
      return { ...reading, missing: dated(source, reading.missing), source, answered: true }
    } catch (error) {
      if (ending.aborted) return { ...reading, source, answered: false }
      const fault = asFault(error)
      log.warn({ source, code: fault.code, cause: fault.cause }, `${source} could not be read: ${fault.message}`)
      const why = deadline.aborted ? `${source} did not answer within ${millis / 1_000} s.` : fault.message
      const missing = [...reading.missing, { source, what: EVERYTHING, why }]
      return { ...reading, missing: dated(source, missing), source, answered: false }
    } finally {
      observe.time('source_request_duration_seconds', (performance.now() - began) / 1_000, { source })
      observe.gauge('source_up', downSince(source) === undefined ? 1 : 0, { source })
      observe.count('signals_total', { source }, reading.signals.length)
    }
  }

  function downSince(source: Source): Millis | undefined {
    return gaps.get(source)?.get(EVERYTHING)
  }

  return {
    read: (windows, ending) => Promise.all(settings.sources.map(source => readSource(source, windows[source], ending))),
    health: () =>
      settings.sources.map(source => {
        const since = downSince(source)
        return since === undefined ? { source, up: true } : { source, up: false, since }
      }),
  }
}

/** Takes a page in; the cursor of the next one, if there is one. */
function append(reading: Reading, page: Partial<Reading> & { nextCursor?: Json }): string | undefined {
  for (const signal of page.signals ?? []) reading.signals.push(signal)
  for (const relation of page.relations ?? []) reading.relations.push(relation)
  for (const entity of page.healthy ?? []) reading.healthy.push(entity)
  for (const missing of page.missing ?? []) reading.missing.push(missing)
  return typeof page.nextCursor === 'string' ? page.nextCursor : undefined
}
