// The fault an alarm names, told from the words of its rule, its text and the metric it guards: no rule is known beforehand.
import { wordsOf } from '../features.ts'

/** First match wins: a rule about the connections of a disk array is about connections. Each list: one word of each group. */
const FAULTS: readonly [fault: string, ...groups: (readonly string[])[]][] = [
  ['certificate expires', ['certificate', 'cert', 'tls'], ['expires', 'expiring', 'expiry', 'expired', 'days']],
  ['replication lag', ['replica', 'replication', 'standby', 'follower'], ['lag', 'behind', 'delay']],
  [
    'backlog',
    ['consumer', 'queue', 'backlog', 'kafka', 'messages', 'topic'],
    ['lag', 'depth', 'backlog', 'age', 'visible'],
  ],
  [
    'connections exhausted',
    ['connection', 'connections', 'pool', 'sessions', 'sockets'],
    ['high', 'exhausted', 'critical', 'max', 'maximum', 'limit', 'usage', 'saturated', 'pressure', 'full', 'refused'],
  ],
  [
    'storage full',
    ['storage', 'disk', 'filesystem', 'volume', 'inodes', 'inode', 'tablespace'],
    ['full', 'low', 'free', 'space', 'usage', 'used', 'utilization', 'available', 'pressure'],
  ],
  [
    'memory exhausted',
    ['memory', 'mem', 'heap', 'oom', 'freeable', 'swap'],
    [
      'high',
      'low',
      'pressure',
      'usage',
      'utilization',
      'exhausted',
      'oom',
      'critical',
      'limit',
      'killed',
      'free',
      'freeable',
    ],
  ],
  ['throttled', ['throttled', 'throttling', 'throttles']],
  [
    'CPU saturated',
    ['cpu', 'processor', 'load'],
    ['high', 'usage', 'utilization', 'saturated', 'critical', 'pressure'],
  ],
  ['high latency', ['latency', 'slow', 'duration', 'p99', 'p95', 'apdex']],
  ['failing requests', ['errors', 'error', '5xx', '4xx', 'failures', 'availability', 'failing']],
  ['unreachable', ['down', 'unreachable', 'absent', 'offline']],
]

/** Undefined where no words say what is wrong. The rule's name counts before its text. */
export function alarmFault(...texts: readonly string[]): string | undefined {
  for (const text of texts) {
    const words = wordsOf(text)
    const found = FAULTS.find(([, ...groups]) => groups.every(group => group.some(word => words.has(word))))
    if (found) return found[0]
  }
  return undefined
}
