// The logs worth reading in one look: of pods in trouble first, within bounds of number and bytes; what is left out is said.
import { asFault } from '#incident/fault.ts'
import type { Fault } from '#incident/fault.ts'
import type { Millis, Missing, Window } from '#incident/signal.ts'
import type { RoomDeps } from '../resilience.ts'
import type { KubernetesClient } from './client.ts'
import type { LogMemory } from './log-memory.ts'
import { groupLines, mainContainer, proxyContainer } from './pod-logs.ts'
import type { LogGroup } from './pod-logs.ts'
import { containersOf, isReady } from './readiness.ts'
import type { Pod } from './pod-schema.ts'

const MOST_LOGS = 100 // containers read in one look, those in trouble first
const LOGS_MILLIS = 2000 // what the lists leave of the 8 s a source has
const AT_ONCE = 10
const LOG_BYTES = 1024 * 1024 // of one container in one look: some 5,000 lines
const ALL_LOG_BYTES = 16 * 1024 * 1024
const VAIN_BYTES = 4 * 1024 * 1024 // where logs are so long that what was before the window costs the window, only that is read

type Reader = { client: Pick<KubernetesClient, 'logs'>; memory: LogMemory }

/**
 * One logical request: a hundred logs that cannot be read are one failure, not a hundred. `earlier`: of the minutes before
 * the window (log-memory.ts). Never throws.
 */
export async function readLogs(
  pods: Pod[],
  window: Window,
  { deps, ...reader }: Reader & { deps: RoomDeps },
  signal: AbortSignal,
): Promise<{ groups: LogGroup[]; earlier: LogGroup[]; missing: Missing[] }> {
  // Whole minutes: signals count a minute's lines, and the last count wins.
  const whole: Window = { from: Math.floor(window.from / 60_000) * 60_000 - 1, to: window.to }
  const able = logsInTurn(pods, whole)
  const chosen = able.slice(0, MOST_LOGS)
  if (chosen.length === 0) return { groups: [], earlier: [], missing: [] }
  const missing: Missing[] = []
  const say = (what: string, why: string) => missing.push({ source: 'kubernetes', what, why })
  if (able.length > MOST_LOGS) say(`logs of ${able.length - MOST_LOGS} containers`, `a look reads ${MOST_LOGS}`)
  try {
    const ask = (abort: AbortSignal) => readChosen(chosen, whole, reader, abort)
    const value = await deps.resilience.run('read pod logs', ask, {
      signal,
      attempts: 1,
      deadlineMillis: LOGS_MILLIS,
    })
    const { groups, earlier, failed, cut } = value
    if (failed[0]) say(`logs of ${failed.length} containers`, failed[0].message)
    if (cut > 0) say(`later log lines of ${cut} containers`, 'there were more than one look reads')
    return { groups, earlier, missing }
  } catch (error) {
    say('logs', asFault(error).message)
    return { groups: [], earlier: [], missing }
  }
}

/** Throws the first Fault when none could be read. */
async function readChosen(
  chosen: { pod: Pod; container: string }[],
  window: Window,
  { client, memory }: Reader,
  signal: AbortSignal,
): Promise<{ groups: LogGroup[]; earlier: LogGroup[]; failed: Fault[]; cut: number }> {
  const groups: LogGroup[][] = chosen.map(() => [])
  const earlier: LogGroup[][] = chosen.map(() => [])
  const failed: Fault[] = []
  let cut = 0
  let bytes = 0
  let vain = 0
  const turns = chosen.entries()
  const worker = async (): Promise<void> => {
    for (const [index, { pod, container }] of turns) {
      if (bytes > ALL_LOG_BYTES) {
        cut++
        continue
      }
      const { namespace = 'default', name } = pod.metadata
      const query = { namespace, pod: name, container, limitBytes: LOG_BYTES }
      const from = vain > VAIN_BYTES ? window.from : memory.readFrom(pod, container, window)
      try {
        let log = await client.logs({ ...query, sinceTime: iso(from) }, signal)
        // A log is cut at its end: of one that is too long the window itself counts more than what was before.
        if (log.cut && from < window.from) {
          vain += log.text.length
          log = await client.logs({ ...query, sinceTime: iso(window.from) }, signal)
        }
        bytes += log.text.length
        if (log.cut) cut++
        const all = groupLines(pod, container, log.text, { from, to: window.to })
        groups[index] = all.filter(({ minute }) => minute > window.from)
        earlier[index] = memory.keep(pod, container, all, window)
      } catch (error) {
        const fault = asFault(error)
        // A pod that left since it was listed, or whose container has not started, has nothing to say.
        if (fault.code !== 'not_found' && fault.code !== 'validation') failed.push(fault)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  if (failed[0] && failed.length === chosen.length) throw failed[0]
  memory.forgetOthers()
  return { groups: groups.flat(), earlier: earlier.flat(), failed, cut }
}

/**
 * Containers that may have written in the window: those in trouble first, proxies that stand before the others last, then by name,
 * so that the same look reads the same.
 */
function logsInTurn(pods: Pod[], window: Window): { pod: Pod; container: string }[] {
  const able = pods.flatMap(pod => {
    if (!mayHaveWritten(pod, window)) return []
    const [main, proxy] = [mainContainer(pod), proxyContainer(pod)]
    const containers = main === proxy ? [main] : [main, proxy]
    return containers.flatMap(container => (container ? [{ pod, container, isMain: container === main }] : []))
  })
  const rank = ({ pod, isMain }: { pod: Pod; isMain: boolean }): number => (isMain ? (isReady(pod) ? 1 : 0) : 2)
  return able.sort((a, b) => rank(a) - rank(b) || (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1))
}

function mayHaveWritten(pod: Pod, window: Window): boolean {
  if ((pod.metadata.creationTimestamp ?? 0) > window.to || pod.status?.phase === 'Pending') {
    return containersOf(pod).some(({ state, restartCount = 0 }) => state?.running !== undefined || restartCount > 0)
  }
  const ends = containersOf(pod).map(({ state }) => state?.terminated?.finishedAt)
  return ends.length === 0 || ends.some(end => end === undefined || end > window.from)
}

function iso(at: Millis): string {
  return new Date(at).toISOString()
}
