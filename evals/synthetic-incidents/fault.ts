// A fault and what it leaves where it strikes; what follows along the calls is propagate.ts's business, and what callers
// write about it said.ts's.
import type { Millis } from '../../simulator/recording.ts'
import { randomOf } from '../../simulator/shop/random.ts'
import type { Target } from '../labels.ts'
import type { Application, Part } from './application.ts'
import { apply, eventObject, remove } from './objects.ts'
import { endpointsObject, podObject } from './pod-objects.ts'
import { replicaSetObject, workloadObject } from './workload-objects.ts'
import type { PodLife } from './pod-objects.ts'
import type { Revision } from './workload-objects.ts'
import { lineOf } from './lines.ts'
import type { Level } from './lines.ts'
import { livesOf, podsOf, revisionOf } from './scene.ts'
import type { Scene } from './scene.ts'

/** What an engineer would blame, and what would be right as well. */
export type Struck = {
  cause: Target
  also?: Target[] /** What was changed, where a change caused it. */
  changed?: { service: string; at: Millis }
}

export type Fault = {
  name: string
  /** What takes it back at once, where something does. */
  cure?: 'rollback_workload' | 'scale_workload' | 'restart_workload'
  /** From its beginning to its end. */
  lasts: Millis
  strikes(app: Application, part: Part): boolean
  strike(scene: Scene, part: Part, from: Millis, until: Millis): Struck
}

export const SECOND = 1000

export function workloadTarget({ app }: Scene, { name }: Pick<Part, 'name'>): Target {
  return { kind: 'app', name, namespace: app.name }
}

/** Pods of a part write lines, each pod one about every so many seconds. */
export function complain(
  scene: Scene,
  part: string,
  from: Millis,
  until: Millis,
  everySeconds: number,
  level: Level,
  ...words: string[]
): void {
  const { app, lives, random, records } = scene
  for (const life of lives.filter(({ part: of }) => of.name === part)) {
    const last = Math.min(until, life.until)
    const every = everySeconds * SECOND
    for (let at = Math.max(from, life.from) + random() * every; at < last; at += every * (0.5 + random())) {
      const text = words[Math.floor(random() * words.length)]!
      write(scene, life, Math.round(at), lineOf(app.language, at, level, part, text, random))
    }
  }
  function write({ app: { name: namespace } }: Scene, life: PodLife, at: Millis, line: string): void {
    records['kubernetes/logs'].push({ at, namespace, pod: life.name, container: life.part.name, line })
  }
}

/** Its SDK reports an exception, about so often over all pods. */
export function report(
  { app, random, records, stretch }: Scene,
  part: string,
  from: Millis,
  until: Millis,
  everySeconds: number,
  { type, value, culprit, release }: { type: string; value: string; culprit: string; release: string },
): void {
  const id = issueId(app.name, part, `${type}: ${value}`)
  const known = records['sentry/events'].find(({ issue }) => issue.id === id)?.issue.firstSeen
  for (
    let at = from + random() * everySeconds * SECOND;
    at < Math.min(until, stretch.end);
    at += everySeconds * SECOND * (0.5 + random())
  ) {
    records['sentry/events'].push({
      at: Math.round(at),
      project: part,
      issue: {
        id,
        title: `${type}: ${value}`,
        culprit,
        level: 'error',
        status: 'unresolved',
        firstSeen: known ?? new Date(from).toISOString(),
      },
      event: {
        message: value,
        exception: { values: [{ type, value, stacktrace: { frames: [{ function: culprit, in_app: true }] } }] },
        tags: { server_name: part },
        release,
        environment: app.name,
        transaction: `/${part}`,
      },
    })
  }
}

/** Sentry makes one issue of events alike. */
function issueId(app: string, part: string, title: string): string {
  return String(1_000_000 + Math.floor(8_000_000 * randomOf(0, `${app} ${part} ${title}`)()))
}

/** Whoever rolls something out says so in Grafana. */
export function annotate({ records }: Scene, at: Millis, text: string, ...tags: string[]): void {
  records['grafana/annotations'].push({ at, text, tags })
}

const READY = 8 * SECOND

/** Every pod is replaced, two in turn; with `crashing` the new ones never serve and the rollout stops half-way. */
export function rollOut(scene: Scene, part: Part, revision: Revision, crashing = false): PodLife[] {
  const { app, founded, records, stretch } = scene
  const { at } = revision
  const old = podsOf(scene, part.name, at)
  const before = old[0]!.revision
  const count = crashing ? Math.ceil(part.replicas / 2) : part.replicas
  const objects = records['kubernetes/objects']
  const fresh = livesOf(scene, part, revision, at, count)
  const set = replicaSetObject(app, part, revision, count, 0)
  const growing = workloadObject(app, part, revision, { founded, ready: part.replicas - count, updated: count, at })
  const scaled = `Scaled up replica set ${part.name}-${revision.hash} to ${count}`
  objects.push(
    apply(at, growing),
    apply(at, set),
    eventObject(at, growing, { reason: 'ScalingReplicaSet', message: scaled, component: 'deployment-controller' }),
  )
  const leaving = old.slice(0, count)
  for (const life of leaving) {
    life.until = at + READY
    objects.push(remove(at + READY, podObject(life, { at: life.from, phase: 'ready' })))
  }
  const left = part.replicas - count
  objects.push(apply(at + READY, replicaSetObject(app, part, before, left)))
  for (const life of fresh) objects.push(apply(at, podObject(life, { at, phase: 'creating' })))
  scene.lives.push(...fresh)
  const serving = crashing ? old.slice(count) : fresh
  objects.push(apply(at + READY, endpointsObject(app, part, serving, founded)))
  if (crashing) return fresh
  for (const life of fresh) objects.push(apply(at + READY, podObject(life, { at: at + READY, phase: 'ready' })))
  objects.push(
    apply(at + READY, replicaSetObject(app, part, revision, count)),
    apply(at + READY, workloadObject(app, part, revision, { founded, at: at + READY })),
  )
  records['sentry/releases'].push(
    ...(revision.version === before.version
      ? []
      : [{ at, project: part.name, version: `${part.name}@${revision.version}` }]),
  )
  return fresh.filter(({ until }) => until <= stretch.end)
}

/** The former version again, as a new revision. */
export function rollBack(scene: Scene, part: Part, at: Millis): void {
  if (at >= scene.stretch.end) return
  const { version } = revisionOf(scene, part, 2)
  const alive = podsOf(scene, part.name, at)
  for (const life of alive) {
    life.until = at + READY
    scene.records['kubernetes/objects'].push(remove(at + READY, podObject(life, { at: life.from, phase: 'ready' })))
  }
  const again = { ...revisionOf(scene, part, 4, at, version) }
  const fresh = livesOf(scene, part, again, at)
  scene.lives.push(...fresh)
  const { app, founded, records } = scene
  const gone = [...new Set(alive.map(({ revision }) => revision))]
  records['kubernetes/objects'].push(
    ...gone.map(revision => apply(at + READY, replicaSetObject(app, part, revision, 0))),
    ...fresh.map(life => apply(at + READY, podObject(life, { at: at + READY, phase: 'ready' }))),
    apply(at + READY, replicaSetObject(app, part, again, part.replicas)),
    apply(at + READY, workloadObject(app, part, again, { founded, at: at + READY })),
    apply(at + READY, endpointsObject(app, part, fresh, founded)),
  )
}

/** kubelet: 10 s after the first crash, then doubled, at most 5 min. Each restart ends as the first did. */
export function crashLoop(scene: Scene, life: PodLife, until: Millis, message: string, level: Level = 'error'): void {
  const { app, records, random } = scene
  let start = life.from + 2 * SECOND
  for (let restarts = 0; start < Math.min(until, life.until); restarts++) {
    const at = start + 2 * SECOND
    const backOffSeconds = Math.min(300, 10 * 2 ** restarts)
    const crashed = podObject(life, {
      at,
      phase: 'crashed',
      restarts,
      ended: { reason: 'Error', exitCode: 1, at },
      backOffSeconds,
    })
    records['kubernetes/objects'].push(
      apply(start, podObject(life, { at: start, phase: 'unready', restarts })),
      apply(at, crashed),
    )
    const words = `Back-off restarting failed container ${life.part.name} in pod ${life.name}_${app.name}`
    records['kubernetes/objects'].push(
      eventObject(at, crashed, {
        type: 'Warning',
        reason: 'BackOff',
        message: words,
        component: 'kubelet',
        count: restarts + 1,
        first: life.from + 4 * SECOND,
      }),
    )
    const line = lineOf(app.language, start + SECOND, level, life.part.name, message, random)
    records['kubernetes/logs'].push({
      at: start + SECOND,
      namespace: app.name,
      pod: life.name,
      container: life.part.name,
      line,
    })
    start = at + backOffSeconds * SECOND
  }
}
