// What containers wrote: recorded lines and those of pods that controllers made, by pod; and the answer of `pods/log`.
// Which lines belong to the running and which to the previous container follows from the pod's status.
import type { Cloud } from '../cloud.ts'
import { follow } from '../follow.ts'
import type { Millis, RecordOf } from '../recording.ts'
import type { ContainerStatus, Pod } from './objects.ts'
import { badRequest, notSimulated } from './status.ts'

type Line = RecordOf['kubernetes/logs']

export type Logs = {
  /** A line of a pod that a controller made. */
  write(pod: Pod, line: Line): void
  /** Oldest first, up to now. A pod that writes here has no recorded lines: those are of another with its name. */
  linesOf(pod: Pod): readonly Line[]
}

export function openLogs(cloud: Cloud): Logs {
  const recorded = new Map<string, Line[]>() // by namespace/name
  const written = new Map<string, Line[]>() // by uid
  const fresh = follow(cloud, 'kubernetes/logs')

  return {
    write: (pod, line) => append(written, pod.metadata.uid, line),
    linesOf(pod) {
      for (const line of fresh()) append(recorded, `${line.namespace}/${line.pod}`, line)
      const { uid, namespace, name } = pod.metadata
      return written.get(uid) ?? recorded.get(`${namespace}/${name}`) ?? []
    },
  }
}

function append(shelf: Map<string, Line[]>, key: string, line: Line): void {
  const lines = shelf.get(key)
  if (lines) lines.push(line)
  else shelf.set(key, [line])
}

/** The text that `GET …/pods/{name}/log` answers. Throws 400 as a kubelet does. */
export function logOf(logs: Logs, pod: Pod, query: URLSearchParams, now: Millis): string {
  const container = chosenContainer(pod, query.get('container'))
  const span = spanOf(pod, container, query.get('previous') === 'true')
  const from = Math.max(span.from, since(query, now))
  const lines = logs.linesOf(pod)
  const chosen = lines
    .slice(firstFrom(lines, from))
    .filter(line => line.at < span.to && (line.container === undefined || line.container === container))
  const tail = count(query, 'tailLines')
  const stamped = query.get('timestamps') === 'true'
  const text = chosen
    .slice(tail === undefined ? 0 : Math.max(0, chosen.length - tail))
    .map(({ at, line }) => `${stamped ? `${new Date(at).toISOString().replace('Z', '000000Z')} ` : ''}${line}\n`)
    .join('')
  const limit = count(query, 'limitBytes')
  return limit === undefined ? text : Buffer.from(text).subarray(0, limit).toString()
}

function chosenContainer(pod: Pod, asked: string | null): string {
  const names = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].map(({ name }) => name)
  if (asked !== null && asked !== '') {
    if (names.length > 0 && !names.includes(asked))
      throw badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`)
    return asked
  }
  const [first = pod.metadata.name] = names
  if ((pod.spec?.containers?.length ?? 0) > 1)
    throw badRequest(
      `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(' ')}]`,
    )
  return first
}

type Span = { from: Millis; to: Millis }

/** As kubelet chooses: the running container, or the last one that ran; a time that was not recorded bounds nothing. */
function spanOf(pod: Pod, container: string, previous: boolean): Span {
  const all = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]
  const status = all.find(({ name }) => name === container)
  if (previous) return previousSpan(pod, container, status)
  const { running, terminated, waiting } = status?.state ?? {}
  if (running) return { from: timeOf(running.startedAt) ?? -Infinity, to: Infinity }
  const last = terminated ?? status?.lastState?.terminated
  if (last) return { from: timeOf(last.startedAt) ?? -Infinity, to: Infinity }
  const ran = (status?.restartCount ?? 0) > 0
  if (!waiting || ran) return { from: -Infinity, to: Infinity }
  const why = waiting.reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : waiting.reason
  throw badRequest(`container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${why}`)
}

function previousSpan(pod: Pod, container: string, status: ContainerStatus | undefined): Span {
  const last = status?.lastState?.terminated
  if (!last && !status?.restartCount)
    throw badRequest(`previous terminated container "${container}" in pod "${pod.metadata.name}" not found`)
  const started = timeOf(status?.state?.running?.startedAt ?? status?.state?.terminated?.startedAt)
  const finished = timeOf(last?.finishedAt)
  // Stamps are cut to seconds, lines are not.
  return {
    from: timeOf(last?.startedAt) ?? -Infinity,
    to: started ?? (finished === undefined ? Infinity : finished + 1000),
  }
}

function timeOf(text: string | undefined): Millis | undefined {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? undefined : at
}

function since(query: URLSearchParams, now: Millis): Millis {
  const seconds = count(query, 'sinceSeconds')
  const time = query.get('sinceTime')
  if (seconds !== undefined && time !== null)
    throw badRequest('at most one of `sinceTime` or `sinceSeconds` may be specified')
  if (seconds !== undefined) return now - seconds * 1000
  if (time === null) return -Infinity
  const at = timeOf(time)
  if (at === undefined) throw badRequest(`expected sinceTime as RFC 3339, got ${JSON.stringify(time)}`)
  return at
}

function count(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  if (!/^\d+$/.test(text)) throw notSimulated(`${name}=${text}`)
  return Number(text)
}

function firstFrom(lines: readonly Line[], from: Millis): number {
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((lines[middle]?.at ?? 0) >= from) high = middle
    else low = middle + 1
  }
  return low
}
