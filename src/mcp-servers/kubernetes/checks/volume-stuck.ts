// A volume that cannot be attached or mounted: another node still holds it, its disk is gone, or the storage does not answer.
// What the template names and is not there at all, a config map, a secret, is config-error.ts's.
import type { Millis } from '#incident/signal.ts'
import type { KubernetesEvent } from '../schema.ts'
import type { Pod } from '../pod-schema.ts'
import { named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import { claimNames, claimOfVolume, claimReference, claimsOf } from './claims.ts'
import { saysMissing } from './missing-object.ts'
import type { Check, Verdict } from './verdict.ts'
import { hasStarted, perSubject } from './verdict.ts'

const REASONS = ['FailedAttachVolume', 'FailedMount', 'FailedMapVolume']
/** While pods move, the volume follows within a minute or two. */
const MOVING: Millis = 2 * 60_000

export const volumeStuck: Check = {
  name: 'volume-stuck',
  check(view) {
    const stands = view.events.filter(
      event =>
        REASONS.includes(event.reason ?? '') &&
        !saysMissing(event.message ?? '') &&
        !hasStarted(event, view) &&
        event.last - event.first >= MOVING,
    )
    return perSubject(view, stands, (object, events) => {
      const messages = events.map(each => each.message ?? '')
      const held = messages.find(each => HELD.test(each))
      if (held !== undefined) return ofHeld(object, events, held, view)
      const gone = messages.find(each => GONE.test(each))
      if (gone !== undefined) return ofGone(object, events, gone, view)
      const server = messages.flatMap(each => fileServerOf(each) ?? [])[0]
      if (server !== undefined) return ofFileServer(object, server, events)
      // That it timed out says least of all that was said.
      const telling = messages.find(each => !/timed out waiting for the condition/.test(each)) ?? messages[0] ?? ''
      return {
        fault: 'VolumeStuck',
        points: 8,
        text: `${object.name}: a volume does not come: ${telling.slice(0, 300)}`,
        mend: 'look at the storage driver of the node and at the storage itself',
      }
    })
  },
}

type Say = Pick<Verdict, 'fault' | 'points' | 'text'> & Partial<Verdict>

const HELD = /Multi-Attach|already (?:exclusively )?(?:attached|used)|is in use|attached to (?:another|a different)/i

function ofHeld(object: Reference, events: KubernetesEvent[], message: string, view: View): Say {
  const [, volume = 'its volume'] = VOLUME.exec(message) ?? []
  const holders = holdersOf(events, message, view)
  const where = [...new Set(holders.map(({ spec }) => spec?.nodeName).filter(Boolean))].join(', ')
  const by = holders.map(({ metadata }) => metadata.name).join(', ')
  return {
    fault: 'VolumeHeld',
    points: 10,
    text: `${object.name}: volume ${volume} is still held${where ? ` on node ${where} by ${by}` : ' on another node'}`,
    mend: where ? `let ${by} end; where ${where} is gone, delete it there` : 'detach it from the node that is gone',
  }
}

const VOLUME = /volume "([^"]{1,253})"/

// gRPC NotFound of a storage driver, and what the in-tree ones and the clouds say of a disk that is not there.
const GONE =
  /code = NotFound|InvalidVolume\.NotFound|(?:volume|disk|file ?system|share) [^\n]{0,200}(?:not found|does(?: not|n't) exist)|could not find (?:the )?(?:volume|disk)|special device [^\n]{1,200} does not exist/i

/** The claim is what has lost its disk. */
function ofGone(object: Reference, events: KubernetesEvent[], message: string, view: View): Say {
  const [, volume = ''] = VOLUME.exec(message) ?? []
  const [event] = events
  const pod = view.pod(event?.involvedObject.namespace, event?.involvedObject.name ?? '')
  const [only, ...others] = pod ? claimsOf(pod, view) : []
  const claim = claimOfVolume(volume, view) ?? (others.length === 0 ? only : undefined)
  const what = claim ? `claim ${named(claim.metadata)}` : 'a volume'
  return {
    ...(claim && { object: claimReference(claim), concerns: object }),
    fault: 'DiskGone',
    points: 12,
    text: `${object.name}: the disk of ${what} is not there: ${message.slice(0, 300)}`,
    mend: 'restore the disk from a snapshot into a new volume; the claim stays bound to one that is gone',
  }
}

function ofFileServer(concerns: Reference, host: string, [event]: [KubernetesEvent, ...KubernetesEvent[]]): Say {
  return {
    object: { kind: 'External', name: host },
    concerns,
    fault: 'FileServerSilent',
    points: 10,
    text: `${concerns.name} cannot mount from file server ${host}: ${(event.message ?? '').slice(0, 200)}`,
    mend: `look at ${host} and the way to it from the nodes: its exports, its firewall`,
  }
}

/** Of `mount -t nfs 10.2.0.9:/exports/media /var/lib/kubelet/…` that does not come back, or was refused there. */
function fileServerOf(message: string): string | undefined {
  if (!/mount\.(?:nfs|cifs)|-t (?:nfs|cifs|ceph|glusterfs)/.test(message)) return undefined
  if (
    !/time[d -]{0,2}out|refused|no route|unreachable|access denied|permission denied|resolve|exit status 32/i.test(
      message,
    )
  )
    return undefined
  const [, export_, share] = /(?:^|\s)([\w.-]{1,253}):\/[^\s:]*|\/\/([\w.-]{1,253})\//.exec(message) ?? []
  return export_ ?? share
}

/** Those the message names, else others that mount the same claim somewhere else. */
function holdersOf(events: KubernetesEvent[], message: string, view: View): Pod[] {
  const [event] = events
  const { namespace = event?.metadata.namespace, name = '' } = event?.involvedObject ?? {}
  const [, listed = ''] = /used by pod\(s\) ([\w., -]{1,1000})/.exec(message) ?? []
  const told = listed.split(', ').flatMap(each => view.pod(namespace, each.trim()) ?? [])
  if (told.length > 0) return told
  const pod = view.pod(namespace, name)
  const claims = new Set(pod ? claimNames(pod) : [])
  if (claims.size === 0) return []
  return view.pods.filter(
    other =>
      other !== pod &&
      other.metadata.namespace === namespace &&
      other.spec?.nodeName !== undefined &&
      other.spec.nodeName !== pod?.spec?.nodeName &&
      claimNames(other).some(claim => claims.has(claim)),
  )
}
