// The API server or its store as their clients in the cluster find them: silent, or asking them to come back later.
import { keyOf } from '../view.ts'
import { controlPlane } from './control-plane.ts'
import type { Check } from './verdict.ts'
import { logWitness } from './witness.ts'

const CLIENTS = 2 // one alone may be throttled for what it does itself
const BUSY =
  /the server has received too many requests|etcdserver: [a-z]|mvcc: database space exceeded|apiserver (?:is )?not ready/i

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
    const busy = view.logs.filter(({ text }) => BUSY.test(text))
    const lines = [...new Set([...silent, ...busy])]
    const clients = new Set(lines.map(({ pod }) => keyOf(view.ownerOf(pod))))
    if (clients.size < CLIENTS) return []
    return [
      {
        object: controlPlane(view, 'kube-apiserver'),
        fault: 'ApiServerSilent',
        points: 10,
        text: `the API server is ${busy.length > 0 ? 'overloaded' : 'silent'} for ${clients.size} workloads that ask it`,
        since: Math.min(...lines.map(({ at }) => at)),
        mend: 'look at kube-apiserver and etcd: load, disk, certificates',
        witness: lines.slice(0, 5).map(logWitness),
      },
    ]
  },
}
