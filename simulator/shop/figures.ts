// What each service does in each step of 10 s, and each caller with each it calls: usual level, slow wave, noise, disturbances.
// Telemetry of every source is written from these same figures, so that the sources agree.
import type { Millis } from '../recording.ts'
import { randomOf, wobble } from './random.ts'
import { customersPerSecond, services, type Service, type ServiceName } from './services.ts'
import { plays, type Clockwork, type Disturbance } from './story-line.ts'

export type Figures = { rate: number; errorPercent: number; p50Seconds: number; p95Seconds: number; p99Seconds: number }
export type Edge = { client: ServiceName; server: ServiceName }
export type ShopFigures = {
  ofService(name: ServiceName, step: number): Figures
  ofEdge(edge: Edge, step: number): Figures
}

export const edges: Edge[] = services.flatMap(({ name, calls }) =>
  (Object.keys(calls) as ServiceName[]).map(server => ({ client: name, server })),
)

/** Usual spread over p50, from request-response services under little load. */
const p95OverP50 = 2.5
const p99OverP50 = 4

export function figuresOf({ steps, seed }: Clockwork, disturbances: Disturbance[]): ShopFigures {
  const rates = new Map<ServiceName, number[]>()
  const known = new Map<string, Figures[]>()
  // Callers come before those they call: what a service gets is what its callers send.
  for (const service of services) {
    const own = disturbances.filter(each => each.service === service.name && each.client === undefined)
    const incoming = edges.filter(edge => edge.server === service.name)
    const random = randomOf(seed, `figures of ${service.name}`)
    const figures = steps.map((at, i) => {
      const sent = incoming.map(edge => (rates.get(edge.client)?.[i] ?? 0) * callsOf(edge))
      const rate =
        incoming.length > 0
          ? sent.reduce((sum, each) => sum + each, 0)
          : customersPerSecond * wave(at) * (1 + 0.06 * wobble(random))
      return bent(
        service,
        rate,
        own.filter(each => plays(each, at)),
        random,
      )
    })
    known.set(service.name, figures)
    rates.set(
      service.name,
      figures.map(each => each.rate * (1 - each.errorPercent / 100)),
    )
  }
  for (const edge of edges) {
    const own = disturbances.filter(each => each.service === edge.server && each.client === edge.client)
    const random = randomOf(seed, `figures of ${edge.client} to ${edge.server}`)
    known.set(
      keyOf(edge),
      steps.map((at, i) =>
        seenBy(
          edge,
          i,
          own.filter(each => plays(each, at)),
          random,
        ),
      ),
    )
  }
  return { ofService: (name, step) => lookUp(name, step), ofEdge: (edge, step) => lookUp(keyOf(edge), step) }

  /** The caller sees what the service does, and a little of the network. */
  function seenBy(edge: Edge, i: number, own: Disturbance[], random: () => number): Figures {
    const server = lookUp(edge.server, i)
    const noise = 1 + 0.06 * wobble(random)
    const slower = own.reduce((factor, each) => factor * (each.latencyFactor ?? 1), noise)
    return {
      rate: (rates.get(edge.client)?.[i] ?? 0) * callsOf(edge),
      errorPercent: own.reduce((most, each) => Math.max(most, each.errorPercent ?? 0), server.errorPercent),
      p50Seconds: server.p50Seconds * slower + 0.001,
      p95Seconds: server.p95Seconds * slower + 0.002,
      p99Seconds: server.p99Seconds * slower + 0.003,
    }
  }

  function lookUp(key: string, step: number): Figures {
    const figures = known.get(key)?.[step]
    if (!figures) throw new Error(`expected figures of ${key} in step ${step} of ${steps.length}`)
    return figures
  }
}

function bent(service: Service, rate: number, own: Disturbance[], random: () => number): Figures {
  const latency = service.p50Seconds * (1 + 0.12 * wobble(random))
  const tail = 1 + 0.15 * wobble(random)
  const errors = service.errorPercent * (1 + wobble(random))
  const roughly = 1 + 0.1 * wobble(random)
  const slower = own.reduce((factor, each) => factor * (each.latencyFactor ?? 1), 1)
  const failing = own.reduce((most, each) => Math.max(most, (each.errorPercent ?? 0) * roughly), errors)
  return {
    rate: own.reduce((factor, each) => factor * (each.rateFactor ?? 1), rate),
    errorPercent: failing,
    p50Seconds: latency * slower,
    p95Seconds: latency * slower * p95OverP50 * tail,
    p99Seconds: latency * slower * p99OverP50 * tail,
  }
}

function callsOf({ client, server }: Edge): number {
  return services.find(each => each.name === client)?.calls[server] ?? 0
}

/** Customers come and go: 5 % up and down in half an hour. */
function wave(at: Millis): number {
  return 1 + 0.05 * Math.sin((at / 1_800_000) * 2 * Math.PI)
}

function keyOf({ client, server }: Edge): string {
  return `${client} > ${server}`
}
