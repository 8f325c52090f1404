// A signal the product showed, seen beside the truth: what it is of, and which synthetic incidents it may belong to.
import type { WireIncident, WireSource } from '#mcp-servers/wire.ts'
import { HARMLESS, OLD } from './synthetic-incidents/said.ts'
import type { EventType, SyntheticIncident } from './synthetic-incidents/incident.ts'

export type Fact = {
  id: string
  source: WireSource['type']
  eventType: EventType
  /** Whom it is about; of a pair of caller and callee both, the callee first. */
  services: string[]
  text: string | undefined
  /** Places of the incidents it may belong to; none: noise. */
  of: Set<number>
}

/** What the product shows one thing as: a trigger event has the same key. */
export function keyOf(source: string, eventType: string, service: string): string {
  return [source, eventType, service.toLowerCase()].join(' ')
}

export function keyOfFact({ source, eventType, services }: Fact): string {
  return keyOf(source, eventType, services[0]!)
}

/** Of every signal that is grouped in the incident. */
export function factsIn({ sources }: WireIncident, truths: readonly SyntheticIncident[]): Fact[] {
  return sources.flatMap(({ sourceId, type, data }) => {
    if (!data) return []
    const eventType = data.kind === 'event' ? 'state' : data.kind
    const text = 'text' in data ? data.text : undefined
    const client = data.labels['client'] ?? data.labels['source_workload']
    const services = [data.entity.service, ...(client && client !== data.entity.service ? [client] : [])].map(name =>
      name.toLowerCase(),
    )
    const fact = { id: sourceId, source: type, eventType, services, text, of: new Set<number>() }
    for (const [place, truth] of truths.entries()) if (mayBeOf(fact, data.at, truth)) fact.of.add(place)
    return [fact]
  })
}

/** A change is told a moment before what it does; clocks of sources differ by no more. */
const EARLY = 2 * 60_000

function mayBeOf({ eventType, services, text = '' }: Omit<Fact, 'of'>, at: number, truth: SyntheticIncident): boolean {
  if (at < truth.from - EARLY || text.includes(HARMLESS) || text.includes(OLD.value)) return false
  if (eventType !== 'change') return services.some(service => truth.touched.has(service))
  // Whoever puts it right changes it again.
  const { changed } = truth
  const turns = changed ? [changed.at, truth.until] : [truth.until]
  return (
    services[0] === (changed?.service ?? truth.cause.name).toLowerCase() &&
    turns.some(turn => Math.abs(at - turn) <= EARLY)
  )
}
