// Open watches: one line of JSON per change, bookmarks where asked for, and the ERROR line of a version that is too old.
import type { ServerResponse } from 'node:http'
import type { Cluster } from './cluster.ts'
import type { JsonMap } from './json.ts'
import type { StoredObject } from './objects.ts'
import type { Route } from './route.ts'
import { selectorOf } from './read.ts'
import { expiredWatch, garbageVersion, invalid } from './status.ts'
import type { Change } from './store.ts'
import { shown } from './versions.ts'
import { apiVersionOf } from './resources.ts'

export type Watches = {
  /** Answers and stays open. `present` shapes an object for this client (as itself, or as a table row). */
  open(route: Route, query: URLSearchParams, response: ServerResponse, present: (object: StoredObject) => unknown): void
  /** Every open watch ends with 410 Expired, and none can go on from a version given out before. */
  expire(): void
  close(): void
}

/** How soon a watch hears of what the controllers do while nobody else asks: well under a second feels live. */
const pollMillis = 250
/** As a real server sends them: about once a minute, and a second before the end. */
const bookmarkMillis = 60_000
const beforeEndMillis = 1_000

type Watch = { end(last?: JsonMap): void }

export function openWatches(cluster: Cluster): Watches {
  const open = new Set<Watch>()
  let poll: NodeJS.Timeout | undefined

  return {
    open(route, query, response, present) {
      const { store } = cluster
      const resource = route.resource.kept ?? route.resource
      if (query.get('sendInitialEvents') === 'true') throw noInitialEvents()
      const from = versionFrom(query)
      const selects = selectorOf(route.resource, query)
      const matches = (object: StoredObject) =>
        (route.name === undefined || object.metadata.name === route.name) && selects(shown(route.resource, object))

      response.writeHead(200, { 'content-type': 'application/json' })
      response.flushHeaders()
      // One that has ended stays subscribed until its connection has closed.
      const send = (type: string, object: unknown) =>
        void (response.writableEnded || response.write(`${JSON.stringify({ type, object })}\n`))
      const missed = from === undefined ? [] : store.since(from)
      if (!missed) {
        send('ERROR', expiredWatch(from ?? 0, store.oldest()))
        response.end()
        return
      }
      if (from === undefined)
        for (const object of store.list(resource, route.namespace))
          if (matches(object)) send('ADDED', present(shown(route.resource, object)))
      for (const change of missed) tell(change)
      const unsubscribe = store.subscribe(change => {
        if (from === undefined || change.version > from) tell(change)
      })

      const timers: NodeJS.Timeout[] = []
      const seconds = Number(query.get('timeoutSeconds') ?? 0)
      if (seconds > 0) timers.push(setTimeout(() => watch.end(), seconds * 1000))
      if (query.get('allowWatchBookmarks') === 'true') {
        timers.push(setInterval(bookmark, bookmarkMillis))
        if (seconds * 1000 > bookmarkMillis) timers.push(setTimeout(bookmark, seconds * 1000 - beforeEndMillis))
      }
      for (const timer of timers) timer.unref()
      const watch: Watch = {
        end(last) {
          if (last) send('ERROR', last)
          response.end()
        },
      }
      open.add(watch)
      poll ??= setInterval(cluster.bringUpToDate, pollMillis).unref()
      response.on('close', () => {
        unsubscribe()
        for (const timer of timers) clearTimeout(timer)
        open.delete(watch)
        if (open.size > 0) return
        clearInterval(poll)
        poll = undefined
      })

      /** An object that no longer matches was, for this watch, deleted; one that begins to was added. */
      function tell(change: Change): void {
        const { type, object, previous } = change
        if (change.resource !== resource) return
        if (route.namespace !== undefined && object.metadata.namespace !== route.namespace) return
        const before = previous !== undefined && matches(previous)
        const after = type !== 'DELETED' && matches(object)
        if (!before && !after) return
        const seen = after ? (before ? 'MODIFIED' : 'ADDED') : 'DELETED'
        send(seen, present(shown(route.resource, object)))
      }

      function bookmark(): void {
        const metadata = { resourceVersion: String(store.version()), creationTimestamp: null }
        send('BOOKMARK', { kind: resource.kind, apiVersion: apiVersionOf(route.resource), metadata })
      }
    },
    expire() {
      const asked = cluster.store.version()
      cluster.store.forget()
      for (const watch of open) watch.end(expiredWatch(asked, cluster.store.oldest()))
    },
    close() {
      for (const watch of open) watch.end()
    },
  }
}

/** Undefined: begin with what is there. */
function versionFrom(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion') ?? ''
  if (text === '' || text === '0') return undefined
  if (!/^\d+$/.test(text)) throw garbageVersion(text)
  return Number(text)
}

/** Clients that try a streaming list fall back to list and watch on this, as with a server that has it switched off. */
function noInitialEvents() {
  const message = 'Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled'
  return invalid('ListOptions', 'meta.k8s.io', '', [
    { reason: 'FieldValueForbidden', field: 'sendInitialEvents', message },
  ])
}
