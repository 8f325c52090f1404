// What an application writes whatever happens: its usual lines, harmless warnings, old errors; and what callers write and
// report of calls that fail, each naming whom it called.
import { pick } from '../../simulator/shop/random.ts'
import { isInCluster, edgesOf, partNamed } from './application.ts'
import { complain, report, SECOND } from './fault.ts'
import { lineOf } from './lines.ts'
import { STEP } from './propagate.ts'
import type { Run } from './propagate.ts'
import { podsOf, revisionOf } from './scene.ts'
import type { Scene } from './scene.ts'

const EVERY = 25 * SECOND
const HARMLESS_ODDS = 1 / 90
export const HARMLESS = 'deprecated option keepalive_mode is ignored'
export const OLD = { type: 'DecodeError', value: 'cookie of an old version', culprit: 'readCookie(session)' }

export function sayTheUsual(scene: Scene): void {
  const { app, lives, random, records, stretch } = scene
  for (const { part, name, from, until } of lives) {
    if (part.lines[0] === '') continue
    for (
      let at = Math.max(stretch.start, from) + random() * EVERY;
      at < Math.min(stretch.end, until);
      at += EVERY * (0.5 + random())
    ) {
      const isWarning = random() < HARMLESS_ODDS
      const line = lineOf(
        app.language,
        at,
        isWarning ? 'warn' : 'info',
        part.name,
        isWarning ? HARMLESS : pick(random, part.lines),
        random,
      )
      records['kubernetes/logs'].push({
        at: Math.round(at),
        namespace: app.name,
        pod: name,
        container: part.name,
        line,
      })
    }
  }
  for (const { name } of app.parts.filter(({ customers }) => customers > 0)) {
    report(scene, name, stretch.start, stretch.end, 200, {
      ...OLD,
      release: `${name}@${revisionOf(scene, partNamed(app, name), 2).version}`,
    })
  }
}

const WORTH_A_LINE = 0.03
const WORTH_A_REPORT = 0.05
/** At this share of the timeout a good part of the calls runs into it. */
const NEAR_TIMEOUT = 0.4

/** Where the way itself fails, the fault that does it says what is written. */
export function sayWhatFails(scene: Scene, run: Run): void {
  const { app, stretch } = scene
  for (const edge of edgesOf(app)) {
    const { client, server, call } = edge
    const [caller, callee] = [partNamed(app, client), partNamed(app, server)]
    if (!isInCluster(caller) || callee.kind === 'queue' || callee.kind === 'outside') continue
    const release = `${client}@${revisionOf(scene, caller, 2).version}`
    for (const [i, at] of stretch.steps.entries()) {
      const seen = run.ofEdge(edge, i)
      const fails = run.ofPart(server, i).failing >= WORTH_A_LINE
      const isLate = seen.p50 >= NEAR_TIMEOUT * call.timeoutSeconds
      if (seen.failing < WORTH_A_LINE || (!fails && !isLate) || podsOf(scene, client, at).length === 0) continue
      const words = isLate
        ? `call to ${server} timed out after ${call.timeoutSeconds * 1000} ms`
        : `call to ${server} failed: 503 Service Unavailable`
      complain(scene, client, at, at + STEP, Math.max(4, 1 / seen.failing), call.needed ? 'error' : 'warn', words)
      if (seen.failing < WORTH_A_REPORT || !call.needed) continue
      const value = isLate ? `${server} timed out` : `${server} answered 503 Service Unavailable`
      report(scene, client, at, at + STEP, Math.max(3, 0.6 / seen.failing), {
        type: 'UpstreamError',
        value,
        culprit: `call(${client})`,
        release,
      })
    }
  }
}
