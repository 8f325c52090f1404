// A plan told: every application's usual life and noise, the faults in it, and what follows, as one recording with its truth.
import { randomOf } from '../../simulator/shop/random.ts'
import { emptyRecords } from '../../simulator/recording.ts'
import type { Millis, Recording, RecordKind, RecordOf } from '../../simulator/recording.ts'
import { judgeAlarms } from './alarms.ts'
import type { Application } from './application.ts'
import { isInCluster, partNamed } from './application.ts'
import { annotate, rollOut } from './fault.ts'
import type { CaseSet, SyntheticCase } from './incident.ts'
import { propagate, STEP } from './propagate.ts'
import type { Stretch } from './propagate.ts'
import { sayTheUsual, sayWhatFails } from './said.ts'
import { openScene, revisionOf, usualObjects } from './scene.ts'
import type { Scene } from './scene.ts'
import { cloudwatchMetrics, performance, resourceMetrics, seriesOf } from './telemetry.ts'
import { strikeIn, truthOf } from './truth.ts'
import type { Strike } from './truth.ts'

export type Plan = {
  name: string
  set: CaseSet
  seed: number
  start: Millis
  end: Millis
  applications: {
    app: Application
    strikes: Strike[] /** Rollouts that go well. */
    harmless: { part: string; at: Millis }[]
  }[]
}

const SPIKES_EVERY = 24 // steps: twelve minutes

export function tell({ name, set, seed, start, end, applications }: Plan): SyntheticCase {
  const steps = Array.from({ length: Math.round((end - start) / STEP) + 1 }, (_, i) => start + i * STEP)
  const stretch: Stretch = { start, end, steps, seed }
  const recording: Recording = { name: 'recording', start, end, records: emptyRecords(), series: [], dashboards: [] }
  for (const { app, strikes, harmless } of applications) {
    const scene = openScene(app, stretch)
    scene.records['kubernetes/objects'].push(...usualObjects(scene))
    for (const { part, at } of harmless) {
      rollOut(scene, partNamed(app, part), revisionOf(scene, partNamed(app, part), 3, at))
      annotate(
        scene,
        at,
        `Deployed ${part} ${revisionOf(scene, partNamed(app, part), 3).version}`,
        'deploy',
        `service:${part}`,
      )
    }
    for (const strike of strikes) strikeIn(scene, strike)
    addSpikes(scene)
    const run = propagate(app, stretch, scene.bends)
    scene.random = randomOf(seed, `lines of ${app.name}`)
    sayTheUsual(scene)
    sayWhatFails(scene, run)
    judgeAlarms(scene, run)
    const { records } = scene
    records['cloudwatch/metrics'].push(...cloudwatchMetrics(scene, run))
    records['kubernetes/metrics'].push(...resourceMetrics(scene, run))
    records['sentry/performance'].push(...performance(scene, run))
    for (const part of app.parts.filter(({ kind }) => kind === 'Deployment'))
      records['sentry/releases'].push({
        at: start - 2 * 86_400_000,
        project: part.name,
        version: `${part.name}@${revisionOf(scene, part, 2).version}`,
      })
    for (const kind of Object.keys(records) as RecordKind[]) join(recording, kind, records)
    recording.series.push(...seriesOf(scene, run))
  }
  for (const kind of Object.keys(recording.records) as RecordKind[]) recording.records[kind].sort((a, b) => a.at - b.at)
  const incidents = applications.flatMap(({ app, strikes }) => strikes.map(strike => truthOf(app, stretch, strike)))
  return { name, set, half: seed % 2 === 1 ? 'development' : 'reported', seed, recording, incidents }
}

/** Now and then a part is slow for one step: a collection of garbage, a cold cache. */
function addSpikes({ app, bends, stretch }: Scene): void {
  const random = randomOf(stretch.seed, `spikes of ${app.name}`)
  const parts = app.parts.filter(isInCluster)
  for (let i = SPIKES_EVERY; i < stretch.steps.length; i += Math.round(SPIKES_EVERY * (0.5 + random()))) {
    const at = stretch.steps[i]!
    bends.push({
      part: parts[Math.floor(random() * parts.length)]!.name,
      from: at,
      until: at + STEP,
      slower: 2 + 2 * random(),
    })
  }
}

function join<K extends RecordKind>(recording: Recording, kind: K, records: Recording['records']): void {
  const into: RecordOf[K][] = recording.records[kind]
  for (const record of records[kind]) into.push(record)
}
