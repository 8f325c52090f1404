// A volume that cannot be attached or mounted: another node still holds it, or the storage does not answer. What is not there at
// all is config-error.ts's.
import type { Millis } from '#incident/signal.ts'
import type { KubernetesEvent, Pod } from '../schema.ts'
import type { View } from '../view.ts'
import type { Check } from './verdict.ts'
import { hasStarted, perSubject } from './verdict.ts'

const REASONS = ['FailedAttachVolume', 'FailedMount', 'FailedMapVolume']
const NOT_THERE = /not found|references non-existent/
/** While pods move, the volume follows within a minute or two. */
const MOVING: Millis = 2 * 60_000

export const volumeStuck: Check = {
  name: 'volume-stuck',
  check(view) {
    const stands = view.events.filter(
      event =>
        REASONS.includes(event.reason ?? '') &&
        !NOT_THERE.test(event.message ?? '') &&
        !hasStarted(event, view) &&
        event.last - event.first >= MOVING,
    )
    return perSubject(view, stands, (object, events) => {
      const message = events.map(each => each.message ?? '').find(each => HELD.test(each)) ?? events[0].message ?? ''
      const [, volume = 'its volume'] = /volume "([^"]{1,253})"/.exec(message) ?? []
      if (!HELD.test(message)) {
        return {
          fault: 'VolumeStuck',
          points: 8,
          text: `${object.name}: a volume does not come: ${message.slice(0, 300)}`,
          mend: 'look at the storage driver of the node and at the storage itself',
        }
      }
      const holders = holdersOf(events, message, view)
      const where = [...new Set(holders.map(({ spec }) => spec?.nodeName).filter(Boolean))].join(', ')
      const by = holders.map(({ metadata }) => metadata.name).join(', ')
      return {
        fault: 'VolumeHeld',
        points: 10,
        text: `${object.name}: volume ${volume} is still held${where ? ` on node ${where} by ${by}` : ' on another node'}`,
        mend: where ? `let ${by} end; where ${where} is gone, delete it there` : 'detach it from the node that is gone',
      }
    })
  },
}

const HELD = /Multi-Attach|already (?:exclusively )?(?:attached|used)|is in use|attached to (?:another|a different)/i

/** Those the message names, else others that mount the same claim somewhere else. */
function holdersOf(events: KubernetesEvent[], message: string, view: View): Pod[] {
  const [event] = events
  const { namespace = event?.metadata.namespace, name = '' } = event?.involvedObject ?? {}
  const [, listed = ''] = /used by pod\(s\) ([\w., -]{1,1000})/.exec(message) ?? []
  const told = listed.split(', ').flatMap(each => view.pod(namespace, each.trim()) ?? [])
  if (told.length > 0) return told
  const pod = view.pod(namespace, name)
  const claims = claimsOf(pod)
  if (claims.size === 0) return []
  return view.pods.filter(
    other =>
      other !== pod &&
      other.metadata.namespace === namespace &&
      other.spec?.nodeName !== undefined &&
      other.spec.nodeName !== pod?.spec?.nodeName &&
      [...claimsOf(other)].some(claim => claims.has(claim)),
  )
}

function claimsOf(pod: Pod | undefined): Set<string> {
  return new Set((pod?.spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []))
}
