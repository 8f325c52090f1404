// Which lines of a log say that something is wrong, and how many say the same in a minute. Pure.
import { createHash } from 'node:crypto'
import { cut } from '#incident/clean.ts'
import type { Millis, Window } from '#incident/signal.ts'
import { safe } from '../safe.ts'
import type { ContainerStatus, Pod } from './pod-schema.ts'

/** Lines of one pod that read the same but for numbers and ids, within one minute. */
export type LogGroup = {
  pod: Pod
  container: string
  minute: Millis // its start
  at: Millis // of the last line
  text: string // the first of them, redacted
  template: string // 12 hexadecimal digits, the same for lines that read the same
  count: number
  /** 'error': level ERROR or above, or an exception. 'warning': only words such as "refused". */
  weight: 'error' | 'warning'
}

/** Lines inside the window that tell of trouble, oldest first. `text`: each line after its RFC 3339 time, as the kubelet gives them. */
export function groupLines(pod: Pod, container: string, text: string, window: Window): LogGroup[] {
  const groups = new Map<string, LogGroup>()
  for (const raw of text.split('\n')) {
    const space = raw.indexOf(' ')
    const at = space > 0 ? Date.parse(raw.slice(0, space)) : Number.NaN
    if (!(at > window.from && at <= window.to)) continue
    const line = cut(raw.slice(space + 1))
    const weight = weightOf(line)
    if (!weight) continue
    const minute = Math.floor(at / 60_000) * 60_000
    const template = templateOf(line)
    const key = `${minute} ${template}`
    const known = groups.get(key)
    if (known) {
      known.count++
      known.at = Math.max(known.at, at)
    } else {
      groups.set(key, { pod, container, minute, at, text: safe(line), template, count: 1, weight })
    }
  }
  return [...groups.values()]
}

// A level as loggers print it: ERROR, [error], level=error, "level":"error", klog's E0102, the numbers of pino and bunyan ("level":50),
// the short words that .NET begins a line with. The first one counts.
const LEVEL =
  /\b(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|PANIC|EMERG)\b|\[(trace|debug|info|notice|warn|warning|error|fatal|crit|alert|emerg)\]|\b(?:level|severity|lvl)["']?\s{0,2}[=:]\s{0,2}["']?(trace|debug|info|notice|warn|warning|error|fatal|critical|panic|emerg)|^([IWEF])\d{4} |"level":([1-6]0)\b|^(info|warn|fail|crit): /
const LEVEL_CHARACTERS = 200 // a level stands near the start
const QUIET = ['trace', 'debug', 'info', 'notice', 'i', '10', '20', '30']
const WARNING = ['warn', 'warning', 'w', '40']
const EXCEPTION = /exception|traceback|panic:|segmentation fault|unhandled|stack overflow/i
/** The last alternative: how a proxy or a web server writes down an answer of 5xx. */
const WORDS =
  /fail|error|not found|no such|denied|refused|timeout|timed out|unavailable|unreachable|warn|exhausted|too many|cannot|unable to|aborted|HTTP\/[\d.]{1,3}" 5\d\d /i

/**
 * Undefined: an ordinary line; one that says so itself is, whatever words it speaks with. The patterns are alternations
 * without nested repeats, so linear in the line.
 */
export function weightOf(line: string): LogGroup['weight'] | undefined {
  const level = LEVEL.exec(line.slice(0, LEVEL_CHARACTERS))?.slice(1).find(Boolean)?.toLowerCase()
  const isMarked = level !== undefined && !QUIET.includes(level)
  if ((isMarked && !WARNING.includes(level)) || EXCEPTION.test(line)) return 'error'
  if (isMarked) return 'warning'
  return level === undefined && WORDS.test(line) ? 'warning' : undefined
}

const VARIABLE = /0x[0-9a-f]{1,40}|[0-9a-f]{8}-[0-9a-f-]{27}|\b(?=[0-9a-f]{0,40}\d)[0-9a-f]{6,64}\b|\d{1,40}/gi

function templateOf(line: string): string {
  return createHash('sha1').update(line.replace(VARIABLE, '#')).digest('hex').slice(0, 12)
}

/** The container in trouble, an init container that the others wait for before them; else the one meant by default; else the first. Undefined: it has none. */
export function mainContainer(pod: Pod): string | undefined {
  const awaited = awaitedContainer(pod)
  if (awaited) return awaited
  const names = pod.spec?.containers.map(({ name }) => name) ?? []
  const statuses = pod.status?.containerStatuses ?? []
  const troubled = statuses.find(each => each.ready === false && names.includes(each.name))
  const meant = pod.metadata.annotations['kubectl.kubernetes.io/default-container']
  return troubled?.name ?? (meant && names.includes(meant) ? meant : names[0])
}

/** Of a mesh: what it turns away, the program behind it never hears of. */
export function proxyContainer(pod: Pod): string | undefined {
  const names = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].map(({ name }) => name)
  return names.find(name => PROXIES.includes(name))
}

const PROXIES = ['istio-proxy', 'linkerd-proxy', 'envoy', 'consul-dataplane']

/** The init container that runs, or ended badly, while the pod's own containers have never run. */
function awaitedContainer(pod: Pod): string | undefined {
  const { containerStatuses: own = [], initContainerStatuses: before = [] } = pod.status ?? {}
  if (own.some(({ state, restartCount = 0 }) => state?.waiting === undefined || restartCount > 0)) return undefined
  const sidecars = new Set(
    (pod.spec?.initContainers ?? []).filter(each => each.restartPolicy === 'Always').map(({ name }) => name),
  )
  const isOpen = ({ name, ready, state }: ContainerStatus) =>
    !ready && !(sidecars.has(name) && state?.running) && state?.terminated?.exitCode !== 0
  return before.find(
    each => isOpen(each) && (each.state?.running || (each.restartCount ?? 0) > 0 || each.state?.terminated),
  )?.name
}
