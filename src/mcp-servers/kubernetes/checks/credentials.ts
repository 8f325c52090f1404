// Credentials that are rejected. One asker has the wrong ones; where several who ask the same one are turned away, it is that one
// whose password changed.
import { addressesOf } from '../addresses.ts'
import type { LogGroup } from '../pod-logs.ts'
import { keyOf } from '../view.ts'
import type { Reference, View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness, workloadsOf } from './witness.ts'

const REJECTED =
  /authentication failed|access denied for user|invalid (?:username-)?(?:password|credentials|token|api key)|unauthorized|NOAUTH|WRONGPASS|SASL authentication/i

// PostgreSQL, MySQL, SQL Server, Redis, MongoDB, Kafka, RabbitMQ, Cassandra, Elasticsearch
const DATA_PORTS = [5432, 3306, 1433, 6379, 27017, 9092, 5672, 9042, 9200]

const LINES = 2
const LINES_WHEN_HEALTHY = 5

export const credentials: Check = {
  name: 'credentials',
  check(view) {
    const turnedAway = [...Map.groupBy(linesOf(view), ({ pod }) => keyOf(view.ownerOf(pod))).values()].flatMap(
      lines => {
        const [first] = lines
        if (!first) return []
        const object = view.ownerOf(first.pod)
        const count = lines.reduce((total, group) => total + group.count, 0)
        if (count < (view.isHealthy(object) ? LINES_WHEN_HEALTHY : LINES)) return []
        return [{ object, lines, count, target: targetOf(object, lines, view) }]
      },
    )
    const targets = new Set(turnedAway.map(({ target }) => target && keyOf(target)))
    // Who turns others away writes of it too: that is the same trouble, seen from within.
    const askers = turnedAway.filter(({ object }) => !targets.has(keyOf(object)))
    return [...Map.groupBy(askers, ({ target, object }) => keyOf(target ?? object)).values()].flatMap(same => {
      const [first] = same
      if (!first) return []
      return same.length > 1 && first.target ? [ofTarget(first.target, same)] : same.map(ofAsker)
    })
  },
}

type TurnedAway = { object: Reference; lines: LogGroup[]; count: number; target: Reference | undefined }

function linesOf(view: View): LogGroup[] {
  return view.logs.filter(({ text }) => REJECTED.test(text))
}

function ofAsker({ object, lines, count, target }: TurnedAway): Verdict {
  return {
    object,
    fault: 'CredentialsRejected',
    points: 8,
    whenHealthy: 0.4,
    text: `${object.name} says that its credentials are rejected${target ? ` by ${target.name}` : ''} (${count}×)`,
    since: Math.min(...lines.map(({ at }) => at)),
    mend: `give ${object.name} the credentials that are valid now, and restart it`,
    witness: lines.slice(0, 3).map(logWitness),
  }
}

function ofTarget(object: Reference, askers: TurnedAway[]): Verdict {
  const lines = askers.flatMap(each => each.lines)
  const names = askers.map(each => each.object.name).slice(0, 3)
  return {
    object,
    fault: 'CredentialsChanged',
    points: 10,
    whenHealthy: 1, // it is well, and lets nobody in
    text: `${object.name} rejects the credentials of ${names.join(', ')}`,
    since: Math.min(...lines.map(({ at }) => at)),
    mend: `bring the password of ${object.name} and those of its clients together`,
    witness: askers
      .flatMap(each => each.lines.slice(0, 2))
      .slice(0, 5)
      .map(logWitness),
  }
}

/** Whom the lines name; else the one store that the workload has the address of. */
function targetOf(object: Reference, lines: LogGroup[], view: View): Reference | undefined {
  const own = new Set(lines)
  const told = view.complaints().find(({ line, service }) => service && own.has(line))?.service
  const workload = view.workload(object)
  const stores = workload ? addressesOf(workload, view).filter(({ port }) => DATA_PORTS.includes(port ?? 0)) : []
  const known = [...new Set(stores.flatMap(({ service }) => service ?? []))]
  const service = told ?? (known.length === 1 ? known[0] : undefined)
  return service && workloadsOf(view, service).find(each => keyOf(each) !== keyOf(object))
}
