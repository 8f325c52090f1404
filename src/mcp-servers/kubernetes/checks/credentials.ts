// Credentials that are rejected. One asker has the wrong ones; where several who ask the same one are turned away, it is that one
// whose password changed.
import { addressesOf } from '../addresses.ts'
import type { LogGroup } from '../pod-logs.ts'
import { keyOf } from '../view.ts'
import type { Reference, View } from '../view.ts'
import { saidBy } from './steady.ts'
import type { Said } from './steady.ts'
import { DATA_PORTS, isStore } from './stores.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness, workloadsOf } from './witness.ts'

const REJECTED =
  /authentication failed|access denied for user|(?:invalid|bad|wrong|incorrect) (?:username[ -](?:or )?)?(?:password|credentials|token|api[ -]?key|access key|client secret)|(?:token|credentials|api[ -]?key|secret|signature) (?:is |are |has |was )?(?:been )?(?:expired|revoked|rejected|not valid|invalid|no longer (?:valid|accepted))|unauthori[sz]ed|unauthenticated|\b401\b[^\n]{0,40}(?:unauth|token|credential)|NOAUTH|WRONGPASS|ACCESS_REFUSED|SASL auth|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|invalid_(?:grant|client|token)/i

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
        const said = saidBy(view, object, ({ text }) => REJECTED.test(text))
        if (!said || said.count < (view.isHealthy(object) ? LINES_WHEN_HEALTHY : LINES)) return []
        return [{ object, ...said, target: targetOf(object, lines, view) }]
      },
    )
    const targets = new Set(turnedAway.map(({ target }) => target && keyOf(target)))
    // Who turns others away writes of it too: that is the same trouble, seen from within.
    const askers = turnedAway.filter(({ object }) => !targets.has(keyOf(object)) && !isStore(object, view))
    return [...Map.groupBy(askers, ({ target, object }) => keyOf(target ?? object)).values()].flatMap(same => {
      const [first] = same
      if (!first) return []
      return same.length > 1 && first.target ? [ofTarget(first.target, same)] : same.map(ofAsker)
    })
  },
}

type TurnedAway = Said & { object: Reference; target: Reference | undefined }

function linesOf(view: View): LogGroup[] {
  return view.logs.filter(({ text }) => REJECTED.test(text))
}

function ofAsker({ object, lines, count, since, isSteady, target }: TurnedAway): Verdict {
  return {
    object,
    fault: 'CredentialsRejected',
    points: 8,
    // Whose users mistype their passwords says so too, as a warning.
    whenHealthy: isSteady && lines.some(({ weight }) => weight === 'error') ? 1 : 0.4,
    text: `${object.name} says that its credentials are rejected${target ? ` by ${target.name}` : ''} (${count}×)`,
    since,
    mend: `give ${object.name} the credentials that are valid now, and restart it`,
    witness: lines.slice(0, 3).map(logWitness),
  }
}

function ofTarget(object: Reference, askers: TurnedAway[]): Verdict {
  const names = askers.map(each => each.object.name).slice(0, 3)
  return {
    object,
    fault: 'CredentialsChanged',
    points: 10,
    whenHealthy: 1, // it is well, and lets nobody in
    text: `${object.name} rejects the credentials of ${names.join(', ')}`,
    since: Math.min(...askers.map(({ since }) => since)),
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
