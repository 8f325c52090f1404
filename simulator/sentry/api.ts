// Sentry's REST API, version 0, reads only: projects, issues, events, tags, releases, tables.
// One organization, `demo`; everything is counted from the records visible by now.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cloud } from '../cloud.ts'
import { NotSimulated } from '../not-simulated.ts'
import type { VendorApi } from '../vendor-api.ts'
import { openAccount, type Account } from './account.ts'
import { projectAnswer } from './answers.ts'
import { projectsOf, type Asked } from './asked.ts'
import { discover } from './discover.ts'
import { listIssues, oneIssue } from './issues.ts'
import { pageOf } from './page.ts'
import { Refused } from './refused.ts'
import { listReleases } from './releases.ts'

export const organization = 'demo'

/** `token`: the only bearer token that is let in; absent, any. */
export function sentryApi(cloud: Cloud, options: { token?: string } = {}): VendorApi {
  const account = openAccount(cloud)

  return {
    handle(request, response) {
      try {
        const refused = refusal(request, options.token)
        if (refused !== undefined) return send(response, 401, { detail: refused })
        if (request.method !== 'GET') throw new NotSimulated(`${request.method} ${request.url}`)
        const url = new URL(request.url ?? '/', 'http://127.0.0.1')
        const answer = route(cloud, account, url.pathname, {
          parameters: url.searchParams,
          now: cloud.now(),
          base: `http://${request.headers.host}/organizations/${organization}`,
          page: (rows, size = 'per_page') => pageOf(rows, size, url, request, response),
        })
        if (answer === undefined) send(response, 404, { detail: 'The requested resource does not exist' })
        else send(response, 200, answer)
      } catch (error) {
        if (error instanceof NotSimulated) send(response, 400, { detail: error.message })
        else if (error instanceof Refused) send(response, error.status, { detail: error.message })
        else send(response, 500, { detail: 'Internal Error', errorId: (error as Error).message })
      }
    },
  }
}

/** Undefined: there is no such thing. A path of Sentry's that is not played throws NotSimulated. */
function route(cloud: Cloud, account: Account, path: string, asked: Asked): unknown {
  const parts = path.split('/').slice(1)
  if (parts[0] !== 'api' || parts[1] !== '0' || parts.at(-1) !== '') throw new NotSimulated(`GET ${path}`)
  const [scope, first, second, ...rest] = parts.slice(2)

  if (scope === 'projects' && first === '') return asked.page(account.projects).map(projectAnswer)
  if (scope === 'issues' && first) return oneIssue(account, first, [second, ...rest].join('/'), asked)
  if (first !== organization) return undefined
  if (scope === 'projects' && second && rest.join('/') === 'issues/') {
    const isKnown = account.projects.some(project => project.slug === second)
    return isKnown ? listIssues(account, [second], asked) : undefined
  }
  if (scope !== 'organizations') throw new NotSimulated(`GET ${path}`)
  const [issue, ...more] = rest
  if (second === 'issues' && issue) return oneIssue(account, issue, more.join('/'), asked)
  if (rest.join('/') !== '') throw new NotSimulated(`GET ${path}`)
  switch (second) {
    case 'projects':
      return asked.page(account.projects).map(projectAnswer)
    case 'issues':
      return listIssues(account, projectsOf(asked, account), asked)
    case 'releases':
      return listReleases(cloud, account, asked)
    case 'events':
      return discover(cloud, account, asked)
    default:
      throw new NotSimulated(`GET ${path}`)
  }
}

function refusal(request: IncomingMessage, token: string | undefined): string | undefined {
  const [, given] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
  if (given === undefined) return 'Authentication credentials were not provided.'
  return token === undefined || given === token ? undefined : 'Invalid token'
}

function send(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
}
