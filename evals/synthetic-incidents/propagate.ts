// How load, time and failure travel through an application, step by step: requests go from caller to callee; waiting,
// timeouts and failures come back, a step or more later where a caller retries, caches or can do without.
import { randomOf, wobble } from '../../simulator/shop/random.ts'
import type { Millis } from '../../simulator/recording.ts'
import { edgesOf } from './application.ts'
import type { Application, Edge, Part } from './application.ts'

export const STEP = 30_000
export const MINUTE = 60_000

/** The time a case tells, in steps of 30 s, and its chance. */
export type Stretch = { start: Millis; end: Millis; steps: readonly Millis[]; seed: number }

/** What is different about a part, or about the way from one caller to it, from `from` until `until`. */
export type Bend = {
  part: string
  client?: string
  from: Millis
  until: Millis
  /** It grows from nothing to whole over this time; absent: whole at once. */
  growsMillis?: number
  /** Its own work takes so many times as long. */
  slower?: number
  /** Added to each call on the way. */
  extraSeconds?: number
  /** Share of requests that fail, 0..1. */
  failing?: number
  /** Share of its capacity that is left, 0..1. */
  capacity?: number
}

export type Figures = { rate: number; failing: number; p50: number; p95: number; p99: number }
export type QueueFigures = { ageSeconds: number; received: number; sent: number }
export type Run = {
  ofPart(name: string, step: number): Figures
  /** As the caller measures it. */
  ofEdge(edge: Edge, step: number): Figures
  ofQueue(name: string, step: number): QueueFigures
  /** Requests as a share of the usual; 1 of what serves none. */
  loadOf(name: string, step: number): number
}

// Of a lognormal with this spread: p95 is 2.4, p99 4 times the median, as of request-response services under little load.
const SPREAD = 0.6
/** Usual share of its capacity that a part uses; at twice the load it is full. */
const USUAL_LOAD = 0.5
const FULL_LOAD = 0.97
const USUAL_FAILING = 0.001

export function propagate(app: Application, { steps, seed }: Stretch, bends: readonly Bend[]): Run {
  const edges = edgesOf(app)
  const parts = new Map<string, Figures[]>(app.parts.map(({ name }) => [name, []]))
  const ways = new Map<Edge['call'], Figures[]>(edges.map(({ call }) => [call, []]))
  const queues = new Map<string, (QueueFigures & { waiting: number })[]>()
  const chance = new Map(app.parts.map(({ name }) => [name, randomOf(seed, `${app.name} ${name}`)]))
  const usual = usualRates(app)

  for (const [i, at] of steps.entries()) {
    const rates = new Map<string, number>()
    for (const part of app.parts) rates.set(part.name, rateOf(part, i, at, rates))
    for (const part of app.parts.toReversed()) parts.get(part.name)!.push(outcomeOf(part, i, at, rates))
  }
  return {
    ofPart: (name, step) => parts.get(name)![step]!,
    ofEdge: ({ call }, step) => ways.get(call)![step]!,
    ofQueue: (name, step) => queues.get(name)![step]!,
    loadOf: (name, step) => (parts.get(name)?.[step]?.rate ?? 1) / (usual.get(name) || 1),
  }

  function rateOf(part: Part, i: number, at: Millis, rates: ReadonlyMap<string, number>): number {
    const random = chance.get(part.name)!
    const own = part.customers * wave(at) * (1 + 0.06 * wobble(random))
    const queue = queueOf(part)
    if (queue) return consumed(part, queue, i, at, rates)
    return edges
      .filter(({ client, server }) => server === part.name && !isConsumer(client))
      .reduce((sum, { client, call }) => {
        const before = parts.get(client)![i - 1]
        const again = 1 + call.retries * (ways.get(call)![i - 1]?.failing ?? 0)
        const arriving = 1 - bent(part.name, at, client).failing
        return sum + (rates.get(client) ?? 0) * (1 - (before?.failing ?? 0) / 2) * call.perRequest * again * arriving
      }, own)
  }

  /** A worker takes what its queue gives, as fast as it can; what it does not take waits. */
  function consumed(part: Part, queue: string, i: number, at: Millis, rates: ReadonlyMap<string, number>): number {
    const held = queues.get(queue) ?? []
    queues.set(queue, held)
    const sent = edges
      .filter(({ client, server }) => server === queue && client !== part.name)
      .reduce((sum, { client, call }) => sum + (rates.get(client) ?? 0) * call.perRequest, 0)
    const most = (usual.get(part.name)! / USUAL_LOAD) * bent(part.name, at).capacity
    const waiting = held[i - 1]?.waiting ?? 0
    const received = Math.min(most, sent + waiting / (STEP / 1000))
    const left = Math.max(0, waiting + (sent - received) * (STEP / 1000))
    const ageSeconds =
      left < 1 ? 1 : Math.min((held[i - 1]?.ageSeconds ?? 0) + STEP / 1000, left / Math.max(0.05, sent))
    held.push({ waiting: left, ageSeconds, received, sent })
    return received
  }

  function outcomeOf(part: Part, i: number, at: Millis, rates: ReadonlyMap<string, number>): Figures {
    const random = chance.get(part.name)!
    const { slower, failing, capacity } = bent(part.name, at)
    const rate = rates.get(part.name)!
    const load = (USUAL_LOAD * rate) / Math.max(0.01, usual.get(part.name)! * Math.max(0.01, capacity))
    const queueing = part.kind === 'outside' ? 1 : (1 - USUAL_LOAD) / (1 - Math.min(FULL_LOAD, load))
    const refused = part.kind === 'outside' || queueOf(part) ? 0 : Math.max(0, 1 - 1 / Math.max(1, load))
    let seconds = part.ownSeconds * slower * queueing * (1 + 0.1 * wobble(random))
    let well = (1 - failing) * (1 - refused) * (1 - USUAL_FAILING * (1 + wobble(random)))
    for (const edge of edges) {
      if (edge.client !== part.name) continue
      const { call } = edge
      const seen = wayOf(edge, i, at, rate)
      ways.get(call)!.push(seen)
      const felt = call.heldSteps > 0 ? (ways.get(call)![i - call.heldSteps] ?? seen) : seen
      seconds += call.perRequest * felt.p50 * (1 + call.retries * felt.failing)
      if (call.needed) well *= (1 - felt.failing ** (1 + call.retries)) ** Math.min(1, call.perRequest)
    }
    return figures(rate, 1 - well, seconds)
  }

  /** A call waits no longer than its timeout; what would take longer has failed. */
  function wayOf({ client, server, call }: Edge, i: number, at: Millis, rate: number): Figures {
    const callee = parts.get(server)![i]!
    const { extraSeconds, failing } = bent(server, at, client)
    const lag = 0.001 * (1 + 0.3 * wobble(chance.get(client)!))
    const median = callee.p50 + extraSeconds + lag
    const late = 1 - normal(Math.log(call.timeoutSeconds / median) / SPREAD)
    const failed = 1 - (1 - callee.failing) * (1 - failing) * (1 - late)
    return figures(rate * call.perRequest, failed, Math.min(median, call.timeoutSeconds), call.timeoutSeconds)
  }

  function bent(part: string, at: Millis, client?: string) {
    const whole = { slower: 1, extraSeconds: 0, failing: 0, capacity: 1 }
    for (const bend of bends) {
      if (bend.part !== part || bend.client !== client || at < bend.from || at >= bend.until) continue
      const share = bend.growsMillis ? Math.min(1, (at - bend.from) / bend.growsMillis) : 1
      whole.slower *= 1 + share * ((bend.slower ?? 1) - 1)
      whole.extraSeconds += share * (bend.extraSeconds ?? 0)
      whole.failing = 1 - (1 - whole.failing) * (1 - share * (bend.failing ?? 0))
      whole.capacity *= 1 - share * (1 - (bend.capacity ?? 1))
    }
    return whole
  }

  function queueOf(part: Part): string | undefined {
    return isConsumer(part.name) ? part.calls.find(({ to }) => isQueue(to))?.to : undefined
  }

  function isConsumer(name: string): boolean {
    const { customers, calls } = app.parts.find(part => part.name === name)!
    return customers === 0 && calls.some(({ to }) => isQueue(to))
  }

  function isQueue(name: string): boolean {
    return app.parts.some(part => part.name === name && part.kind === 'queue')
  }
}

/** Requests a second of each part when all is well. */
function usualRates(app: Application): Map<string, number> {
  const rates = new Map<string, number>()
  const queues = new Set(app.parts.filter(({ kind }) => kind === 'queue').map(({ name }) => name))
  for (const { name, customers, calls } of app.parts) {
    const sent = [...queues].find(queue => calls.some(({ to }) => to === queue) && customers === 0)
    const rate = (rates.get(name) ?? 0) + customers + (sent === undefined ? 0 : (rates.get(sent) ?? 0))
    rates.set(name, rate)
    for (const { to, perRequest } of calls) if (to !== sent) rates.set(to, (rates.get(to) ?? 0) + rate * perRequest)
  }
  return rates
}

function figures(rate: number, failing: number, p50: number, most = Infinity): Figures {
  const [p95, p99] = [p50 * Math.exp(1.645 * SPREAD), p50 * Math.exp(2.326 * SPREAD)]
  return { rate, failing: Math.min(1, Math.max(0, failing)), p50, p95: Math.min(p95, most), p99: Math.min(p99, most) }
}

/** Customers come and go: 5 % up and down in half an hour. */
function wave(at: Millis): number {
  return 1 + 0.05 * Math.sin((at / 1_800_000) * 2 * Math.PI)
}

/** Of the standard normal: Abramowitz and Stegun 26.2.17, to 7.5e-8. */
function normal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const tail =
    (Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return x >= 0 ? 1 - tail : tail
}
