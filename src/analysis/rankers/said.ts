// What services say: surprise of their messages since the onset; an error that names a peer gives half of it to the peer (DIAGNOSIS 3).
import { messageIn } from '#incident/log-message.ts'
import type { Millis } from '#incident/signal.ts'
import { LEAST_SURPRISE, surpriseOf } from '../detectors/surprise.ts'
import type { Surprise } from '../detectors/surprise.ts'
import { digits } from '../amount.ts'
import type { Learnt } from '../learnt.ts'
import { peersIn } from '../topology.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import { shortened } from './evidence.ts'
import type { Add, Evidence } from './evidence.ts'

const MINUTE = 60_000
const WINDOW = 4 // minutes from the onset
const PEER_SHARE = 0.5
const STAYS_WHERE_PEER_IS_BAD = 0.1
const STAYS_WHERE_PEER_IS_WELL = 0.5
const WELL_PEER_SHARE = 0.1
/** Surprise below which a peer that is measured looks well. */
const WELL = 3

type Said = {
  surprise: number
  message?: Surprise['messages'][number]
  named?: { by: ServiceKey; message: Surprise['messages'][number] }
}

/** By service; `looksWell` answers for peers that say nothing themselves. */
function whatIsSaid(
  learnt: Learnt,
  topology: Topology,
  onset: Millis,
  looksWell: (key: ServiceKey) => boolean,
): Map<ServiceKey, Said> {
  const from = Math.floor(onset / MINUTE) * MINUTE
  const until = Math.min(Math.floor(learnt.at / MINUTE) * MINUTE + MINUTE, from + WINDOW * MINUTE)
  const own = new Map<ServiceKey, Surprise>()
  for (const log of learnt.logs.values()) {
    const surprise = surpriseOf(learnt, log, from, until)
    const key = topology.keyOf(log.entity)
    const held = own.get(key)
    if (!held) own.set(key, surprise)
    else
      own.set(key, {
        total: held.total + surprise.total,
        messages: [...held.messages, ...surprise.messages].toSorted((a, b) => b.surprise - a.surprise),
      })
  }
  const said = new Map<ServiceKey, Said>()
  const give = (key: ServiceKey, surprise: number, more: Partial<Said>) => {
    const held = said.get(key) ?? { surprise: 0 }
    said.set(key, { ...more, ...held, surprise: held.surprise + surprise })
  }
  for (const [key, { messages }] of own) {
    for (const message of messages) {
      if (message.surprise === 0) continue
      const peers = peersIn(message.text, topology).filter(peer => peer !== key)
      if (peers.length === 0) {
        give(key, message.surprise, { message })
        continue
      }
      for (const peer of peers) {
        const isWell = (own.get(peer)?.total ?? 0) < WELL && looksWell(peer)
        give(peer, ((isWell ? WELL_PEER_SHARE : PEER_SHARE) * message.surprise) / peers.length, {
          named: { by: key, message },
        })
        give(key, ((isWell ? STAYS_WHERE_PEER_IS_WELL : STAYS_WHERE_PEER_IS_BAD) * message.surprise) / peers.length, {
          message,
        })
      }
    }
  }
  return said
}

/** Adds what messages tell; whether anything was said that surprises. */
export function addSaid(
  learnt: Learnt,
  topology: Topology,
  onset: Millis,
  looksWell: (key: ServiceKey) => boolean,
  add: Add,
): boolean {
  const said = whatIsSaid(learnt, topology, onset, looksWell)
  let most = 0
  for (const [key, found] of said) {
    const units = Math.log(1 + found.surprise)
    most = Math.max(most, units)
    if (found.surprise >= LEAST_SURPRISE) add(key, saidEvidence(found, units, topology))
  }
  return most >= 1
}

function saidEvidence({ message, named }: Said, units: number, topology: Topology): Evidence {
  if (message) {
    const often = `${message.count}× (usually ${digits(message.usual)})`
    return {
      kind: 'logs',
      units,
      reason: `says ${often}: ${shortened(messageIn(message.text))}`,
      signals: message.signals,
      fault: 'errors in its log',
    }
  }
  const by = named ? topology.entityOf(named.by).service : 'another service'
  return {
    kind: 'peer',
    units,
    reason: `${by} cannot reach it: ${shortened(messageIn(named?.message.text ?? ''))}`,
    signals: named?.message.signals ?? [],
    fault: 'unreachable',
  }
}
