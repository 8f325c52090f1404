// A workload whose own log names the trouble in words every operator knows. Plain knowledge, hardly measured. Passwords and
// certificates have two sides: credentials.ts, certificate.ts.
import { keyOf } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'

const KNOWN: { fault: string; points: number; pattern: RegExp; says: string }[] = [
  {
    fault: 'OutOfMemory',
    points: 8,
    pattern: /out of memory|OutOfMemoryError|cannot allocate memory|heap limit/i,
    says: 'it runs out of memory',
  },
  {
    fault: 'PortInUse',
    points: 8,
    pattern: /address already in use|EADDRINUSE|port \d{1,5} (?:is )?(?:already )?in use/i,
    says: 'its port is taken',
  },
  {
    fault: 'ConnectionsExhausted',
    points: 6,
    pattern: /too many (?:connections|clients)|connection slots|connection pool (?:is )?exhausted|max_?connections/i,
    says: 'no connection to its database is free',
  },
  {
    fault: 'UnknownDatabase',
    points: 7,
    pattern: /unknown database|database "?[\w-]{1,63}"? does not exist/i,
    says: 'its database is not there',
  },
  {
    fault: 'ConfigurationMissing',
    points: 7,
    pattern:
      /(?:missing|required) (?:environment variable|configuration|config|setting)|(?:environment variable|config)[^.]{0,80} (?:is required|not set|must be set|is missing)/i,
    says: 'a setting it needs is missing',
  },
  {
    fault: 'PermissionDenied',
    points: 5,
    pattern: /permission denied|EACCES|operation not permitted|EPERM/i,
    says: 'it may not read or write what it needs',
  },
  {
    fault: 'ReadOnlyFileSystem',
    points: 8,
    pattern: /read-only file ?system|EROFS/i,
    says: 'it cannot write: its file system is read-only',
  },
  {
    fault: 'DiskFull',
    points: 8,
    pattern: /no space left on device|ENOSPC|disk quota exceeded/i,
    says: 'its disk is full',
  },
]

const LINES = 2
const LINES_WHEN_HEALTHY = 5

export const ownLog: Check = {
  name: 'own-log',
  check(view) {
    const byWorkload = Map.groupBy(view.logs, ({ pod }) => keyOf(view.ownerOf(pod)))
    return [...byWorkload.values()].flatMap(groups =>
      KNOWN.flatMap(({ fault, points, pattern, says }): Verdict[] => {
        const lines = groups.filter(({ text }) => pattern.test(text))
        const [first] = lines
        if (!first) return []
        const object = view.ownerOf(first.pod)
        const count = lines.reduce((total, group) => total + group.count, 0)
        if (count < (view.isHealthy(object) ? LINES_WHEN_HEALTHY : LINES)) return []
        return [
          {
            object,
            fault,
            points,
            whenHealthy: 0.4,
            text: `${object.name} says that ${says} (${count}×)`,
            since: Math.min(...lines.map(({ at }) => at)),
            witness: lines.slice(0, 3).map(({ pod, text }) => `log of ${pod.metadata.name}: ${text.slice(0, 300)}`),
          },
        ]
      }),
    )
  },
}
