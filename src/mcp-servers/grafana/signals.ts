// What get_signals reads from Grafana: alerts, points of watched series and who calls whom, annotations, lines that tell of trouble.
import { asFault } from '#incident/fault.ts'
import type { Millis, Missing, Reading, Window } from '#incident/signal.ts'
import type { ToolContext } from '../define.ts'
import { allEnded, gather } from '../gather.ts'
import { logSignals, MINUTE, TROUBLE_WORDS } from '../log-lines.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import { ofInstance } from './instances.ts'
import type { Instance } from './instances.ts'
import { alarmSignals, annotationSignals, linesOf } from './mapper.ts'
import { openSeries } from './series.ts'
import { openWatched } from './watched.ts'
import type { Ask } from './watched.ts'

const LINES = 1000 // the newest of a window
const ANNOTATIONS = 500
const LATE_LINES: Millis = MINUTE
const READING_MILLIS = 7000 // of the 8 s a source has: what is slower is missing, and the rest is still told in time

const PATTERN = `(?i)(${[...new Set(TROUBLE_WORDS.map(word => word.toLowerCase()))].join('|')})`

/** Of all Grafanas at once; one that cannot be read at all is named in `missing`, the rest stands. */
export function readGrafana(
  instances: readonly [Instance, ...Instance[]],
  { log }: RoomDeps,
): (window: Window, context: ToolContext) => Promise<Reading> {
  const [first, ...others] = instances
  if (others.length === 0) return readInstance(first)
  const readers = instances.map(instance => ({ name: instance.name, read: readInstance(instance) }))
  return (window, context) => {
    const parts = readers.map(({ name, read }) => ({
      what: `everything of ${name}`,
      read: async () => ofInstance(name, await read(window, context)),
    }))
    return gather('grafana', parts, log)
  }
}

function readInstance({
  grafana,
  settings,
  links,
  deps: { resilience, log, clock },
}: Instance): (window: Window, context: ToolContext) => Promise<Reading> {
  const watched = openWatched(grafana, settings, links)
  const series = openSeries(grafana, settings, log)
  let services: ReadonlySet<string> = new Set() // names that series carried last

  return async (window, { signal }) => {
    const until = performance.now() + READING_MILLIS
    const ask: Ask = (what, once) => resilience.run(what, once, { signal, deadlineMillis: until - performance.now() })
    const rules = ask('list alert rules', each => grafana.rules(each))
    const watch = rules.catch(() => []).then(known => watched(known, clock(), ask))

    async function alarms(): Promise<Partial<Reading>> {
      const own = (await rules).flatMap(rule => (rule.alerts ?? []).map(alert => ({ alert, rule })))
      const { prometheus } = await watch.catch(() => ({ prometheus: [] }))
      const missing: Missing[] = []
      const theirs = prometheus.map(({ source }) =>
        ask('list alerts of Prometheus', each => grafana.alertsOf(source, each)).catch((error: unknown) => {
          missing.push(left(`alerts of ${safe(source.name)}`, asFault(error).message))
          return []
        }),
      )
      const all = [...own, ...(await allEnded(theirs)).flat().map(alert => ({ alert }))]
      const { signals, rejected } = alarmSignals(all, window, links)
      return { signals, missing: [...missing, ...wrongShape('alerts', rejected)] }
    }

    async function ofSeries(): Promise<Partial<Reading>> {
      const reading = await series(await watch, window, ask)
      if (reading.signals?.length) services = new Set(reading.signals.map(each => each.entity.service))
      return reading
    }

    async function annotations(): Promise<Partial<Reading>> {
      const asked = { ...window, limit: ANNOTATIONS }
      const { rows, rejected } = await ask('list annotations', each => grafana.annotations(asked, each))
      const missing = wrongShape('annotations', rejected)
      if (rows.length === ANNOTATIONS) missing.push(left('annotations', `only the newest ${ANNOTATIONS} were read`))
      return { signals: annotationSignals(rows, window, services), missing }
    }

    /** Whole minutes, and the one before again for lines that arrive late. */
    async function lines(): Promise<Partial<Reading> | undefined> {
      const { loki } = await watch
      if (loki.length === 0) return undefined
      const span = { from: Math.floor((window.from - LATE_LINES) / MINUTE) * MINUTE, to: window.to }
      const read = await allEnded(
        loki.map(({ source, selector }) =>
          ask('read error lines', each =>
            grafana.logLines(source, `${selector} |~ ${JSON.stringify(PATTERN)}`, span, LINES, each),
          ),
        ),
      )
      const missing = read
        .filter(streams => streams.reduce((sum, { values }) => sum + values.length, 0) >= LINES)
        .map(() => left('error lines', `only the newest ${LINES} of the window were read`))
      return { signals: logSignals('grafana', 'tenant', read.flatMap(linesOf)), missing }
    }

    const parts = [
      { what: 'alerts', read: alarms },
      { what: 'annotations', read: annotations },
      { what: 'error lines', read: lines },
      { what: 'series', read: ofSeries },
    ]
    return gather('grafana', parts, log)
  }
}

function wrongShape(what: string, rejected: number): Missing[] {
  return rejected > 0 ? [left(what, `${rejected} were not of the shape Grafana documents`)] : []
}

function left(what: string, why: string): Missing {
  return { source: 'grafana', what, why }
}
