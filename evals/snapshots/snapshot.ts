// A case: a cluster at one moment, with what is wrong in it known to whoever asks for it. Written as a recording, a case
// loses that knowledge: what is on disk is only what Kubernetes itself would answer.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KubernetesObject, Millis, RecordOf } from '../../simulator/recording.ts'

export const CATEGORIES = [
  'scheduling',
  'image',
  'start',
  'run',
  'network',
  'control-plane',
  'storage',
  'limits',
  'rollout',
  'configuration',
  'time-and-certificates',
  'outside',
] as const
export type Category = (typeof CATEGORIES)[number]

/** An object by its name; cluster-wide ones have no namespace. What is outside the cluster has kind External and its host as name. */
export type ObjectName = { kind: string; namespace?: string; name: string }

export type Half = 'seen' | 'unseen'

export type LogLine = RecordOf['kubernetes/logs']
export type Usage = RecordOf['kubernetes/metrics']

export type SnapshotCase = {
  name: string
  category: Category | 'healthy'
  /** Of its category's faults, every second was looked at while checks were written; healthy ones have no half. */
  half?: Half
  /** What an engineer would change or blame first; undefined: nothing is wrong. */
  truth: ObjectName | undefined
  /** What would be right as well, where the fault lies between several. */
  also?: ObjectName[]
  at: Millis
  objects: KubernetesObject[]
  logs: LogLine[]
  metrics: Usage[]
}

/** How long before the moment the recording begins: the time an API server keeps events. */
const SPAN = 3_600_000

/**
 * Writes the case as a recording's folder, without its truth: `folder` is made if it is not there. Every object is
 * recorded at the moment itself; log lines and usage at their own.
 */
export async function writeSnapshot(snapshot: SnapshotCase, folder: string): Promise<void> {
  const { at, objects, logs, metrics } = snapshot
  const head = { version: 1, name: 'snapshot', start: stamp(at - SPAN), end: stamp(at) }
  await mkdir(join(folder, 'kubernetes'), { recursive: true })
  await writeFile(join(folder, 'recording.json'), `${JSON.stringify(head, undefined, 2)}\n`)
  await writeLines(
    'objects',
    objects.map(object => ({ at, op: 'apply', object })),
  )
  await writeLines('logs', logs)
  if (metrics.length > 0) await writeLines('metrics', metrics)

  async function writeLines(name: string, records: { at: Millis }[]): Promise<void> {
    const lines = records.map(record => JSON.stringify({ ...record, at: new Date(record.at).toISOString() }))
    await writeFile(join(folder, 'kubernetes', `${name}.jsonl`), lines.map(line => `${line}\n`).join(''))
  }
}

function stamp(at: Millis): string {
  return new Date(at).toISOString()
}
