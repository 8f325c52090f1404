// What one replay printed, as facts about its incidents over time.
import type { WireIncident } from '#mcp-servers/wire.ts'
import type { LabelWindow } from './labels.ts'

export type Step = { type: 'opened' | 'updated' | 'resolved'; at: string; incident: WireIncident }

export type Followed = {
  opened: number
  /** Infinity while it is open. */
  resolved: number
  versions: { at: number; incident: WireIncident }[]
  last: WireIncident
}

export function followAll(steps: readonly Step[]): Followed[] {
  const held = new Map<string, Followed>()
  for (const { type, at: moment, incident } of steps) {
    const at = Date.parse(moment)
    const known = held.get(incident.id) ?? { opened: at, resolved: Infinity, versions: [], last: incident }
    known.versions.push({ at, incident })
    known.last = incident
    known.resolved = type === 'resolved' ? at : Infinity
    held.set(incident.id, known)
  }
  return [...held.values()]
}

/** The version that held at a moment; the first one before that. */
export function versionAt({ versions, last }: Followed, moment: number): WireIncident {
  return versions.findLast(({ at }) => at <= moment)?.incident ?? versions[0]?.incident ?? last
}

export type About = { followed: Followed; incident: WireIncident; tier: number }

export const RANK = { low: 0, medium: 1, high: 2, critical: 3 } as const

/**
 * The incidents about a fault, the first being the one a responder would look at: opened when the fault began, rather than
 * updated meanwhile, rather than merely open; still open rather than resolved; then by severity, signals and age.
 */
export function about(window: LabelWindow, all: readonly Followed[], snapshot: boolean): About[] {
  const [start, end] = window.catch
  const candidates = all
    .filter(({ opened, resolved }) => (opened < end || snapshot) && resolved >= start)
    .map(followed => {
      const during = followed.versions.some(({ at }) => start <= at && at <= end)
      const tier = snapshot || start <= followed.opened ? 0 : during ? 1 : 2
      return { followed, incident: versionAt(followed, snapshot ? Infinity : end), tier }
    })
  return candidates.sort((a, b) => compare(order(a, window), order(b, window)))
}

function order({ followed, incident, tier }: About, window: LabelWindow): number[] {
  const over = followed.resolved <= window.end ? 1 : 0
  return [tier, over, -RANK[incident.severity], -incident.groupedSignals.length, followed.opened]
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0
    if (value !== other) return value - other
  }
  return 0
}
