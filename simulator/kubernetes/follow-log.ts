// `pods/log?follow=true`: the lines there are, then those that come, until the pod or the client is gone.
import type { ServerResponse } from 'node:http'
import type { Cluster } from './cluster.ts'
import { existing } from './commit.ts'
import { logOf } from './logs.ts'
import type { Pod } from './objects.ts'
import type { Route } from './route.ts'

/** How soon a line is told: well under a second feels live. */
const pollMillis = 100

export function followLog(cluster: Cluster, route: Route, query: URLSearchParams, response: ServerResponse): void {
  const first = logOf(cluster.logs, existing(cluster, route) as Pod, query, cluster.cloud.now())
  let toldUntil = cluster.cloud.now()
  response.writeHead(200, { 'content-type': 'text/plain' })
  response.flushHeaders()
  response.write(first)
  const poll = setInterval(() => {
    cluster.bringUpToDate()
    const now = cluster.cloud.now()
    const pod = cluster.store.get(route.resource, route.namespace, route.name ?? '')
    if (!pod) return void response.end()
    if (now <= toldUntil) return
    const newer = new URLSearchParams([...query].filter(([name]) => !['tailLines', 'sinceSeconds'].includes(name)))
    newer.set('sinceTime', new Date(toldUntil + 1).toISOString())
    const text = logOf(cluster.logs, pod as Pod, newer, now)
    toldUntil = now
    if (text !== '') response.write(text)
  }, pollMillis).unref()
  response.on('close', () => clearInterval(poll))
}
