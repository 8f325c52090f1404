// What an SDK sends of an event's surroundings (https://develop.sentry.dev/sdk/data-model/event-payloads/), turned into what
// Sentry's API answers of it: pairs where objects were sent, every field there.
import { isSent, type Sent } from './sent.ts'

/** The entry of the HTTP request; none where none was sent. */
export function requestEntries(request: unknown) {
  if (!isSent(request)) return []
  const { method = null, url = null, fragment = null, data = null, env = null } = request
  const { query_string: query, headers, cookies } = request
  const pairs = { query: pairsOf(query, '&'), headers: pairsOf(headers, '\n'), cookies: pairsOf(cookies, ';') }
  const none = { inferredContentType: null, apiTarget: null }
  return [{ type: 'request', data: { ...none, method, url, fragment, data, env, ...pairs } }]
}

/** The entry of what happened before, oldest first. */
export function breadcrumbEntries(breadcrumbs: unknown) {
  const values = isSent(breadcrumbs) ? breadcrumbs['values'] : breadcrumbs
  if (!Array.isArray(values)) return []
  const answers = values.filter(isSent).map(({ timestamp = null, type = 'default', category = null, ...more }) => {
    const { level = 'info', message = null, data = null } = more
    return { timestamp, type, category, level, message, data, event_id: null }
  })
  return [{ type: 'breadcrumbs', data: { values: answers } }]
}

export function userAnswer(user: unknown) {
  if (!isSent(user)) return null
  const { id = null, email = null, username = null, ip_address: ip = null, name = null, geo = null, ...data } = user
  return { id, email, username, ip_address: ip, name, geo, data: Object.keys(data).length > 0 ? data : null }
}

/** Each with its type, which is its name where the SDK gave none. */
export function contextsAnswer(contexts: unknown): Sent {
  if (!isSent(contexts)) return {}
  const typed = Object.entries(contexts).map(([name, context]) => [
    name,
    isSent(context) ? { type: name, ...context } : context,
  ])
  return Object.fromEntries(typed)
}

/** SDKs send pairs, an object, or text as HTTP has it. */
function pairsOf(sent: unknown, separator: string): [string, unknown][] {
  if (Array.isArray(sent))
    return sent.filter((pair): pair is [string, unknown] => Array.isArray(pair) && pair.length === 2)
  if (isSent(sent)) return Object.entries(sent)
  if (typeof sent !== 'string' || sent === '') return []
  return sent.split(separator).map(part => {
    const [name = '', ...value] = part.trim().split('=')
    return [name, value.join('=')]
  })
}
