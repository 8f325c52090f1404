// The tools of the Grafana server, each in a file of its own. All read; none changes anything.
import type { ReadTool } from '../define.ts'
import { getSignalsTool } from '../get-signals.ts'
import type { RoomDeps } from '../resilience.ts'
import { executeQuery } from './execute-query.ts'
import { getAlerts } from './get-alerts.ts'
import { getAnnotations } from './get-annotations.ts'
import { getDashboardSummary } from './get-dashboard-summary.ts'
import { getDashboards } from './get-dashboards.ts'
import { acrossInstances } from './instances.ts'
import type { Instance } from './instances.ts'
import { listDatasources } from './list-datasources.ts'
import { queryPanel } from './query-panel.ts'
import { renderPanel } from './render-panel.ts'
import { readGrafana } from './signals.ts'

export function grafanaTools(instances: readonly [Instance, ...Instance[]], deps: RoomDeps): ReadTool[] {
  return [
    getSignalsTool(
      'grafana',
      'alerts that fire or ended in it, new points of watched series, who calls whom, deployments and other annotations, and error lines',
      readGrafana(instances, deps),
    ),
    ...acrossInstances(instances, toolsOf),
  ]
}

function toolsOf({ grafana, links, deps }: Instance): ReadTool[] {
  return [
    getAlerts(grafana, links, deps),
    getDashboards(grafana, links, deps),
    getDashboardSummary(grafana, links, deps),
    queryPanel(grafana, links, deps),
    renderPanel(grafana, links, deps),
    listDatasources(grafana, deps),
    executeQuery(grafana, links, deps),
    getAnnotations(grafana, deps),
  ]
}
