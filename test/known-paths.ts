// The grammar of what our clients may ask of each vendor: anything else that arrives there was smuggled in by an argument
// or by what another answer said.
import type { JournalLine } from '../simulator/journal.ts'
import type { Vendor } from '../simulator/vendor-api.ts'

const NAME = '(?!\\.)[\\w.:-]{1,253}' // of any object of Kubernetes
const ISSUE = '[A-Za-z0-9_-]{1,64}'
const UID = '[\\w-]{1,40}' // of Grafana
const SOURCE = "(?:[\\w.~!*'()-]|%[0-9A-F]{2}){1,300}" // encoded: older uids hold more characters

const KNOWN: Record<Vendor, readonly string[]> = {
  kubernetes: [
    `GET /(?:api/v1|apis/${NAME}/v\\w{1,10})(?:/namespaces/${NAME})?/[a-z]{1,40}(?:/${NAME})?`,
    `GET /apis(?:/${NAME}/v\\w{1,10})?`,
    `GET /api/v1/namespaces/${NAME}/pods/${NAME}/log`,
    'POST /apis/authorization\\.k8s\\.io/v1/selfsubjectaccessreviews',
    `PATCH /apis/apps/v1/namespaces/${NAME}/(?:deployments|statefulsets|daemonsets)/${NAME}`,
  ],
  sentry: [
    'GET /api/0/organizations/demo/(?:projects|issues|events|releases)/',
    `GET /api/0/organizations/demo/issues/${ISSUE}/(?:events/(?:latest/)?|tags/[\\w.:%-]{1,200}/)?`,
  ],
  cloudwatch: ['POST /'],
  grafana: [
    'GET /api/(?:search|datasources|annotations|frontend/settings)',
    `GET /api/dashboards/uid/${UID}`,
    'GET /api/prometheus/grafana/api/v1/rules',
    'GET /api/alertmanager/grafana/api/v2/(?:alerts|silences)',
    `GET /api/datasources/proxy/uid/${SOURCE}/api/v1/(?:alerts|metadata|label/__name__/values)`,
    `POST /api/datasources/proxy/uid/${SOURCE}/api/v1/query`,
    `GET /api/datasources/proxy/uid/${SOURCE}/loki/api/v1/(?:labels|query_range)`,
    'POST /api/ds/query',
    `GET /render/d-solo/${UID}/_`,
  ],
}

/** `METHOD /path` of each request, without its query, that none of our clients is known to ask; each once. */
export function unknownPaths(journal: readonly Pick<JournalLine, 'vendor' | 'method' | 'path'>[]): string[] {
  const asked = journal.map(({ vendor, method, path }) => [vendor, `${method} ${path.split('?')[0]}`] as const)
  return [
    ...new Set(asked.filter(([vendor, line]) => !known(vendor, line)).map(([vendor, line]) => `${vendor}: ${line}`)),
  ]
}

function known(vendor: Vendor, line: string): boolean {
  return KNOWN[vendor].some(pattern => new RegExp(`^${pattern}$`).test(line))
}
