// What parts depend on: a database, somebody else's service, the way between two, a certificate, a worker behind a queue.
import { callersOf } from '../application.ts'
import type { Fault } from '../fault.ts'
import { complain, report, SECOND, workloadTarget } from '../fault.ts'
import { MINUTE } from '../propagate.ts'
import { podsOf, revisionOf } from '../scene.ts'

/** A plan gone wrong: the database does ten times the work for each question. */
export const slowDatabase: Fault = {
  name: 'slow database',
  lasts: 15 * MINUTE,
  strikes: (app, { kind, name }) => kind === 'managed' || (kind === 'StatefulSet' && callersOf(app, name).length > 0),
  strike(scene, part, from, until) {
    scene.bends.push({ part: part.name, from, until, slower: 40 + 40 * scene.random() })
    if (part.kind === 'managed') {
      scene.databaseLoad.push({ name: part.name, from, until, percent: 97 })
      for (let at = from + 20 * SECOND; at < Math.min(until, scene.stretch.end); at += 9 * SECOND) {
        const message = `LOG:  duration: ${Math.round(400 + 900 * scene.random())}.${Math.floor(900 * scene.random())} ms  execute <unnamed>: SELECT * FROM entries WHERE owner = $1 ORDER BY changed`
        scene.records['cloudwatch/logs'].push({
          at: Math.round(at),
          group: `/aws/rds/instance/${part.name}/postgresql`,
          stream: `${part.name}.0`,
          message,
        })
      }
    } else {
      for (const life of podsOf(scene, part.name, from)) scene.usage.push({ pod: life.name, from, until, cpu: 5 })
      complain(scene, part.name, from + 20 * SECOND, until, 8, 'warn', 'slow command took # ms: scan over # keys')
    }
    for (const { name } of callersOf(scene.app, part.name)) {
      complain(scene, name, from + 30 * SECOND, until, 8, 'warn', `query on ${part.name} took # ms`)
    }
    return { cause: part.kind === 'managed' ? { kind: 'app', name: part.name } : workloadTarget(scene, part) }
  },
}

export const outsideDown: Fault = {
  name: 'dependency outside fails',
  lasts: 14 * MINUTE,
  strikes: (_app, { kind }) => kind === 'outside',
  strike(scene, part, from, until) {
    scene.bends.push({ part: part.name, from, until, failing: 0.95, slower: 6 })
    for (const { name } of callersOf(scene.app, part.name)) {
      complain(
        scene,
        name,
        from,
        until,
        5,
        'error',
        `POST https://${part.name}/v1 failed: 503 Service Unavailable`,
        `request to ${part.name} timed out after # ms`,
      )
      const { version } = revisionOf(scene, scene.app.parts.find(one => one.name === name)!, 2)
      report(scene, name, from, until, 4, {
        type: 'UpstreamError',
        value: `${part.name} answered 503 Service Unavailable`,
        culprit: `post(${name})`,
        release: `${name}@${version}`,
      })
    }
    return { cause: { kind: 'app', name: part.name } }
  },
}

/** Packets between a caller's and a callee's pods are lost and sent again: the callee itself is as fast as ever. */
export const slowWay: Fault = {
  name: 'slow network between two',
  lasts: 14 * MINUTE,
  strikes: (app, { kind, name }) =>
    (kind === 'Deployment' || kind === 'StatefulSet') && callersOf(app, name).length > 0,
  strike(scene, part, from, until) {
    const callers = callersOf(scene.app, part.name)
    const extraSeconds = 0.25 + 0.4 * scene.random()
    for (const { name } of callers)
      scene.bends.push({ part: part.name, client: name, from, until, extraSeconds, failing: 0.02 })
    for (const { name } of callers)
      complain(scene, name, from + 10 * SECOND, until, 12, 'warn', `call to ${part.name} took # ms`)
    const only = callers.length === 1 ? callers : []
    return { cause: workloadTarget(scene, part), also: only.map(caller => workloadTarget(scene, caller)) }
  },
}

export const expiredCertificate: Fault = {
  name: 'expired certificate',
  lasts: 14 * MINUTE,
  strikes: (app, { kind, name }) => kind === 'Deployment' && callersOf(app, name).length > 0,
  strike(scene, part, from, until) {
    for (const { name } of callersOf(scene.app, part.name)) {
      scene.bends.push({ part: part.name, client: name, from, until, failing: 0.97 })
      complain(
        scene,
        name,
        from,
        until,
        4,
        'error',
        `call to https://${part.name}.${scene.app.name}.svc.cluster.local failed: tls: failed to verify certificate: x509: certificate has expired or is not yet valid`,
      )
    }
    complain(
      scene,
      part.name,
      from,
      until,
      10,
      'warn',
      'TLS handshake error from 10.60.#.#: remote error: tls: expired certificate',
    )
    return { cause: workloadTarget(scene, part) }
  },
}

/** A message that cannot be read is given back and taken again for ever. */
export const stuckWorker: Fault = {
  name: 'worker stuck on its queue',
  cure: 'restart_workload',
  lasts: 18 * MINUTE,
  strikes: (app, { kind, customers, calls }) =>
    kind === 'Deployment' &&
    customers === 0 &&
    calls.some(({ to }) => app.parts.some(({ name, kind: of }) => name === to && of === 'queue')),
  strike(scene, part, from, until) {
    scene.bends.push({ part: part.name, from, until, capacity: 0.04 })
    complain(
      scene,
      part.name,
      from,
      until,
      5,
      'error',
      'message @ cannot be read: unexpected end of input, given back to the queue',
    )
    const { version } = revisionOf(scene, part, 2)
    report(scene, part.name, from, until, 6, {
      type: 'JsonParseException',
      value: 'Unexpected end-of-input in message',
      culprit: `take(${part.name})`,
      release: `${part.name}@${version}`,
    })
    return { cause: workloadTarget(scene, part) }
  },
}
