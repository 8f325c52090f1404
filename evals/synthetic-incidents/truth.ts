// What one fault alone brings about, found by telling the story twice, with it and without: no rule of the product is used.
import { randomOf } from '../../simulator/shop/random.ts'
import type { Millis } from '../../simulator/recording.ts'
import { callersOf, edgesOf } from './application.ts'
import type { Application } from './application.ts'
import { judgeAlarms } from './alarms.ts'
import type { Fault, Struck } from './fault.ts'
import { METRICS } from './incident.ts'
import type { EventType, ExpectedCluster, ExpectedCorrelation, SyntheticIncident, TriggerEvent } from './incident.ts'
import { MINUTE, propagate } from './propagate.ts'
import type { Run, Stretch } from './propagate.ts'
import { sayWhatFails } from './said.ts'
import { openScene } from './scene.ts'
import type { Scene } from './scene.ts'

export type Strike = { fault: Fault; part: string; from: Millis; until: Millis }

/** Puts a fault into a scene; its chance is its own, so that it is the same beside others. */
export function strikeIn(scene: Scene, { fault, part, from, until }: Strike): Struck {
  scene.random = randomOf(scene.stretch.seed, `${fault.name} of ${part}`)
  return fault.strike(scene, scene.app.parts.find(({ name }) => name === part)!, from, until)
}

export function truthOf(app: Application, stretch: Stretch, strike: Strike): SyntheticIncident {
  const scene = openScene(app, stretch)
  const struck = strikeIn(scene, strike)
  const run = propagate(app, stretch, scene.bends)
  const calm = propagate(app, stretch, [])
  sayWhatFails(scene, run)
  const harm = harmIn(scene, run, calm, strike)
  const events = eventsOf(scene, struck, strike, harm, run)
  const { fault, part, from, until } = strike
  return {
    scenario: `${fault.name}: ${app.name}/${part}`,
    triggerEvents: events,
    expectedCorrelations: correlationsOf(app, events, struck, harm),
    expectedClusters: clustersOf(app, events),
    evaluationMetrics: METRICS,
    from,
    until,
    cause: struck.cause,
    also: struck.also ?? [],
    ...(struck.changed && { changed: struck.changed }),
    ...(fault.cure && { cure: fault.cure }),
    touched: touchedBy(scene, struck, harm, run, calm, strike),
    callers: new Map(app.parts.map(({ name }) => [name.toLowerCase(), allCallersOf(app, name)])),
  }
}

/** Since when a part, or a way between two, is clearly worse than without the fault. */
type Harm = { parts: Map<string, Millis>; ways: Map<string, Millis> }

// What a person sees on a graph without being told where to look.
const CLEARLY_SLOWER = 1.6
const CLEARLY_SLOWER_SECONDS = 0.003
const CLEARLY_FAILING = 0.02
const CLEARLY_LATE_SECONDS = 120
const CLEARLY_LESS = 0.75

function harmIn({ app, stretch }: Scene, run: Run, calm: Run, { from }: Strike): Harm {
  const harm: Harm = { parts: new Map(), ways: new Map() }
  for (const [i, at] of stretch.steps.entries()) {
    if (at < from || i === 0) continue
    const worse = (now: { p50: number; failing: number }, usual: { p50: number; failing: number }) =>
      (now.p50 > CLEARLY_SLOWER * usual.p50 && now.p50 > usual.p50 + CLEARLY_SLOWER_SECONDS) ||
      now.failing > usual.failing + CLEARLY_FAILING
    for (const { name, kind } of app.parts) {
      if (harm.parts.has(name)) continue
      const twice = [i - 1, i].every(step =>
        kind === 'queue'
          ? run.ofQueue(name, step).ageSeconds > CLEARLY_LATE_SECONDS
          : worse(run.ofPart(name, step), calm.ofPart(name, step)),
      )
      if (twice) harm.parts.set(name, stretch.steps[i - 1]!)
    }
    for (const edge of edgesOf(app)) {
      const key = `${edge.client} ${edge.server}`
      if (harm.ways.has(key)) continue
      if ([i - 1, i].every(step => worse(run.ofEdge(edge, step), calm.ofEdge(edge, step))))
        harm.ways.set(key, stretch.steps[i - 1]!)
    }
  }
  return harm
}

function eventsOf(scene: Scene, struck: Struck, { part }: Strike, harm: Harm, run: Run): TriggerEvent[] {
  const { app, records } = scene
  const found = new Map<string, TriggerEvent>()
  const add = (source: TriggerEvent['source'], eventType: EventType, service: string, at: Millis) => {
    const key = [source, eventType, service].join(' ')
    const held = found.get(key)
    if (!held || Date.parse(held.timestamp) > at)
      found.set(key, { source, eventType, timestamp: new Date(at).toISOString(), data: { service } })
  }
  if (struck.changed) {
    const { service, at } = struck.changed
    add('kubernetes', 'change', service, at)
    if (records['grafana/annotations'].length > 0) add('grafana', 'change', service, at)
    if (records['sentry/releases'].length > 0) add('sentry', 'change', service, at)
  }
  for (const [name, at] of harm.parts) {
    const { kind } = app.parts.find(one => one.name === name)!
    if (kind === 'queue') add('cloudwatch', 'series', name, at)
    else add('grafana', 'series', name, at)
  }
  for (const [key, at] of harm.ways) add('grafana', 'series', key.split(' ')[1]!, at)
  for (const { source, part: of, at } of judgeAlarms(scene, run)) add(source, 'alarm', of, at)
  for (const { at, container = part } of records['kubernetes/logs']) add('kubernetes', 'log', container, at)
  for (const { at, group } of records['cloudwatch/logs']) add('cloudwatch', 'log', group.split('/')[4]!, at)
  for (const { at, project } of records['sentry/events']) add('sentry', 'error', project, at)
  for (const { at, object } of records['kubernetes/objects']) {
    const status = JSON.stringify(object['status'] ?? '')
    if (object.kind === 'Pod' && /CrashLoopBackOff|OOMKilled/.test(status))
      add('kubernetes', 'state', object.metadata.labels!['app']!, at)
    if (object.kind === 'Node' && status.includes('NodeStatusUnknown'))
      add('kubernetes', 'state', object.metadata.name, at)
  }
  return [...found.values()].toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp))
}

const AT_ONCE = 5 * MINUTE

/**
 * A change and what follows at whom it changed; whoever answers badly and those that call it; a node and what runs there; and, of one
 * service, what different sources see within five minutes of one another; what its log and its errors say of the same thing.
 */
function correlationsOf(
  app: Application,
  events: readonly TriggerEvent[],
  { changed, cause }: Struck,
  harm: Harm,
): ExpectedCorrelation[] {
  const placesOf = (
    service: string,
    holds: (event: TriggerEvent) => boolean = ({ eventType }) => eventType !== 'change',
  ) => events.flatMap((event, place) => (event.data.service === service && holds(event) ? [place] : []))
  const expected: ExpectedCorrelation[] = []
  if (changed) {
    const changes = placesOf(changed.service, ({ eventType }) => eventType === 'change')
    for (const effect of placesOf(changed.service))
      expected.push({ a: changes, b: [effect], correlationType: 'causal' })
  }
  for (const { client, server } of edgesOf(app)) {
    const [callee, caller] = [placesOf(server), placesOf(client)]
    const travels = harm.ways.has(`${client} ${server}`) && harm.parts.has(client)
    if (travels && callee.length > 0 && caller.length > 0)
      expected.push({ a: callee, b: caller, correlationType: 'causal' })
  }
  if (cause.kind === 'node') {
    const state = placesOf(cause.name)
    for (const name of harm.parts.keys())
      if (placesOf(name).length > 0 && state.length > 0)
        expected.push({ a: state, b: placesOf(name), correlationType: 'causal' })
  }
  for (const service of new Set(events.map(({ data }) => data.service))) {
    const places = placesOf(service)
    for (const [n, a] of places.entries()) {
      for (const b of places.slice(n + 1)) {
        const [one, other] = [events[a]!, events[b]!]
        if (one.source === other.source || Date.parse(other.timestamp) - Date.parse(one.timestamp) > AT_ONCE) continue
        const spoken = [one, other].every(({ eventType }) => eventType === 'log' || eventType === 'error')
        expected.push({ a: [a], b: [b], correlationType: spoken ? 'semantic' : 'temporal' })
      }
    }
  }
  return expected
}

function clustersOf(app: Application, events: readonly TriggerEvent[]): ExpectedCluster[] {
  const spoken = events.flatMap(({ eventType, data }, place) =>
    eventType === 'log' || eventType === 'error' ? [{ place, service: data.service }] : [],
  )
  const called = app.parts.map(({ name }) => {
    const callers = new Set(callersOf(app, name).map(caller => caller.name))
    return {
      label: name,
      members: spoken.filter(({ service }) => callers.has(service) || service === name).map(({ place }) => place),
    }
  })
  return called.filter(({ members }) => members.length > 0)
}

function allCallersOf(app: Application, name: string): Set<string> {
  const direct = callersOf(app, name).map(caller => caller.name)
  return new Set(direct.flatMap(caller => [caller.toLowerCase(), ...allCallersOf(app, caller)]))
}

/** Also those that only get less to do, and the nodes of a fault of nodes. */
function touchedBy(
  { app, stretch, ...scene }: Scene,
  { cause, also = [] }: Struck,
  harm: Harm,
  run: Run,
  calm: Run,
  { part, from, until }: Strike,
): Set<string> {
  const touched = new Set([
    part,
    cause.name,
    ...also.map(({ name }) => name),
    ...harm.parts.keys(),
    ...[...harm.ways.keys()].flatMap(key => key.split(' ')),
  ])
  for (const { name } of app.parts) {
    const isLess = stretch.steps.some(
      (at, i) => at >= from && run.ofPart(name, i).rate < CLEARLY_LESS * calm.ofPart(name, i).rate,
    )
    if (isLess) touched.add(name)
  }
  const node = [cause, ...also].find(({ kind }) => kind === 'node')
  if (node)
    for (const life of scene.lives) if (life.node === node.name && life.from < until) touched.add(life.part.name)
  return new Set([...touched].map(name => name.toLowerCase()))
}
