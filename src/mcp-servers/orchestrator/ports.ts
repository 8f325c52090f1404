// What the orchestrator's tools need of the house: one look over all sources, what the analyst makes of it, and the record.
import type { Analyst } from '#incident/analyst.ts'
import type { Toolbox } from '#incident/approval.ts'
import type { Millis, Source, Window } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { Look } from '#incident/watch.ts'

export type OrchestratorPorts = {
  /** Reads every source for the window and analyses it, leaving no trace. */
  look(window: Window): Promise<Look>
  /** How each source that is watched does, as the last tick saw it. */
  health(): { source: Source; up: boolean; since?: Millis }[]
  analyst: Pick<Analyst, 'correlate' | 'cluster' | 'alike'>
  store: IncidentStore
  /** For dry runs: no approval is ever passed on. */
  toolbox: Pick<Toolbox, 'call'>
}
