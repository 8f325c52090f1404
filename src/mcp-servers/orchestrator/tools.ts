// The orchestrator's tools, in the order in which they are of use. All read.
import type { ReadTool } from '../define.ts'
import { clusterAnomalies } from './cluster-anomalies.ts'
import { correlateEvents } from './correlate-events.ts'
import { detectIncidents } from './detect-incidents.ts'
import { explainCorrelation } from './explain-correlation.ts'
import { findSimilarIncidents } from './find-similar-incidents.ts'
import { getIncident } from './get-incident.ts'
import { getRemediationSuggestions } from './get-remediation-suggestions.ts'
import { getTimeline } from './get-timeline.ts'
import { listIncidents } from './list-incidents.ts'
import type { OrchestratorPorts } from './ports.ts'
import { simulateRemediation } from './simulate-remediation.ts'

export function orchestratorTools(ports: OrchestratorPorts): ReadTool[] {
  return [
    detectIncidents(ports),
    listIncidents(ports),
    getIncident(ports),
    getTimeline(ports),
    explainCorrelation(ports),
    correlateEvents(ports),
    clusterAnomalies(ports),
    findSimilarIncidents(ports),
    getRemediationSuggestions(ports),
    simulateRemediation(ports),
  ]
}
