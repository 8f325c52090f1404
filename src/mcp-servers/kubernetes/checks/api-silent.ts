// The API server or its store as their clients in the cluster find them: silent, full, slow, or asking them to come back later.
import type { LogGroup } from '../pod-logs.ts'
import { keyOf } from '../view.ts'
import type { View } from '../view.ts'
import { controlPlane } from './control-plane.ts'
import { bearerOf } from './verdict.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness } from './witness.ts'

const CLIENTS = 2 // one alone may be throttled for what it does itself
const BUSY =
  /the server has received too many requests|apiserver (?:is )?not ready|the server is currently unable to handle/i
/** What etcd says of itself, and the API server of it. */
const STORE_FULL = /mvcc: database space exceeded|NOSPACE/
const STORE_SLOW =
  /etcdserver: [a-z]|apply request took too long|slow fdatasync|waiting for ReadIndex response took too long|leader failed to send out heartbeat/i

export const apiSilent: Check = {
  name: 'api-silent',
  check(view) {
    const silent = view
      .complaints()
      .filter(
        ({ how, service }) =>
          how !== 'other' &&
          how !== 'unresolved' &&
          service?.metadata.namespace === 'default' &&
          service.metadata.name === 'kubernetes',
      )
      .map(({ line }) => line)
    const full = view.logs.filter(({ text }) => STORE_FULL.test(text))
    const slow = view.logs.filter(({ text }) => STORE_SLOW.test(text))
    const busy = view.logs.filter(({ text }) => BUSY.test(text))
    if (full.length > 0)
      return verdict(view, 'etcd', 'StoreFull', full, 'etcd is full, so nothing can be written any more')
    if (slow.length > 0) {
      return verdict(view, 'etcd', 'StoreSlow', slow, 'etcd answers too slowly, or not at all')
    }
    const says = `the API server is ${busy.length > 0 ? 'overloaded' : 'silent'}`
    return verdict(view, 'kube-apiserver', 'ApiServerSilent', [...new Set([...silent, ...busy])], says)
  },
}

const MENDS: Record<string, string> = {
  StoreFull: 'compact and defragment etcd, disarm its alarm, and raise its quota',
  StoreSlow: 'look at the disk and the members of etcd',
  ApiServerSilent: 'look at kube-apiserver and etcd: load, disk, certificates',
}

function verdict(view: View, part: string, fault: string, lines: LogGroup[], says: string): Verdict[] {
  const clients = new Set(lines.map(({ pod }) => keyOf(bearerOf(view, pod))))
  if (clients.size < CLIENTS) return []
  return [
    {
      object: controlPlane(view, part),
      fault,
      points: fault === 'StoreFull' ? 18 : 10,
      whenHealthy: 1, // its process lives on
      text: `${says}, for ${clients.size} that ask it`,
      since: Math.min(...lines.map(({ at }) => at)),
      mend: MENDS[fault] ?? '',
      witness: lines.slice(0, 5).map(logWitness),
    },
  ]
}
