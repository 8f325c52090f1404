// GET /api/annotations: what people and pipelines noted on the graphs, and the changes of state that Grafana notes itself.
import type { Cloud } from '../cloud.ts'
import type { Millis, RecordOf } from '../recording.ts'
import { type AlertHistory, nameOf, stateName, type Transition } from './alert-history.ts'
import { json, type Reply } from './reply.ts'

type Annotation = { id: number; time: Millis; timeEnd: Millis; tags: string[]; [field: string]: unknown }

const defaultLimit = 100 // Grafana's own

/** Newest first. `from` and `to` count only together, and find a region that reaches into them; all `tags` must be there. */
export function listAnnotations(cloud: Cloud, history: AlertHistory, parameters: URLSearchParams): Reply {
  const now = cloud.now()
  const type = parameters.get('type')
  const from = Number(parameters.get('from') ?? 0) || 0
  const to = Number(parameters.get('to') ?? 0) || 0
  const tags = parameters.getAll('tags').filter(tag => tag !== '')
  const limit = Number(parameters.get('limit') ?? 0) || defaultLimit
  const any = parameters.get('matchAny') === 'true'

  const noted = type === 'alert' ? [] : cloud.records('grafana/annotations', -Infinity, now)
  const changes = type === 'annotation' ? [] : history.transitions()
  const found = [...noted.map((record, i) => written(record, i, now)), ...changes.map(ofTransition)]
    .filter(({ time, timeEnd }) => from <= 0 || to <= 0 || (time <= to && timeEnd >= from))
    .filter(annotation => tags.length === 0 || tags[any ? 'some' : 'every'](tag => annotation.tags.includes(tag)))
    .sort((a, b) => b.time - a.time || b.id - a.id)
  return json(found.slice(0, limit))
}

/** A region is open until its end has come; until then Grafana knows its beginning only. */
function written({ at, end, text, tags }: RecordOf['grafana/annotations'], position: number, now: Millis): Annotation {
  const timeEnd = end !== undefined && end <= now ? end : at
  return { ...blank, id: 2 * position + 1, time: at, timeEnd, created: at, updated: timeEnd, text, tags }
}

function ofTransition({ at, labels, from, to }: Transition, position: number): Annotation {
  const name = nameOf(labels)
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`)
  return {
    ...blank,
    id: 2 * position + 2,
    alertId: 1,
    alertName: name,
    prevState: stateName(from),
    newState: stateName(to),
    time: at,
    timeEnd: at,
    created: at,
    updated: at,
    text: `${name} {${pairs.join(', ')}} - ${stateName(to)}`,
    tags: [],
  }
}

const blank = {
  alertId: 0,
  alertName: '',
  dashboardId: 0,
  dashboardUID: '',
  panelId: 0,
  userId: 0,
  prevState: '',
  newState: '',
  login: '',
  email: '',
  avatarUrl: '',
  data: {},
}
