// A service that has pods and none of them ready: whoever calls it is refused. Why they are not ready others say.
import type { Millis } from '#incident/signal.ts'
import { isDone, isReady } from '../readiness.ts'
import type { Pod } from '../pod-schema.ts'
import { named } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { unreadySince } from './verdict.ts'

const STARTING: Millis = 2 * 60_000

export const endpointsEmpty: Check = {
  name: 'endpoints-empty',
  check: view =>
    view.services.flatMap(({ metadata, spec }): Verdict[] => {
      const pods = view.selected(metadata.namespace, spec?.selector ?? {}).filter(pod => stays(pod))
      const [pod] = pods
      if (!pod || pods.some(isReady)) return []
      const since = Math.max(...pods.map(each => unreadySince(each, view.at))) // until then one was
      if (view.at - since < STARTING) return []
      return [
        {
          object: view.ownerOf(pod),
          fault: 'EndpointsEmpty',
          points: 8,
          mayFollow: true,
          pods,
          text: `none of the ${pods.length} pods behind service ${named(metadata)} is ready`,
          since,
          witness: [`Service ${named(metadata)}: 0 of ${pods.length} pods ready`],
        },
      ]
    }),
}

function stays(pod: Pod): boolean {
  return !isDone(pod) && pod.metadata.deletionTimestamp === undefined
}
