// A disk that is full, or that takes no more writing, as whoever writes to it says: where that is a claim, the claim is to be
// mended; else it is the workload's own affair: a scratch volume, a mount that its template makes read-only.
import type { LogGroup } from '../pod-logs.ts'
import type { Claim } from '../schema.ts'
import { keyOf, named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import { claimReference, mountedIn } from './claims.ts'
import { saidBy } from './steady.ts'
import type { Said } from './steady.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness } from './witness.ts'

const LINES = 2
const LINES_WHEN_HEALTHY = 5

type Trouble = { pattern: RegExp; except?: RegExp; say(owner: Reference, said: Said, view: View): Say }
type Say = Pick<Verdict, 'object' | 'fault' | 'points' | 'text' | 'mend'>

const TROUBLES: Trouble[] = [
  {
    pattern: /no space left on device|\bENOSPC\b|no_space_left_on_device|disk quota exceeded|disk (?:is )?full/i,
    except: /inotify|file watchers/i, // a system out of them calls that so too
    say(owner, said, view) {
      const claim = said.lines.map(line => mountedIn(line, view)?.claim).find(Boolean)
      return {
        ...of(owner, claim, ['VolumeFull', 'DiskFull']),
        text: `${owner.name}: ${claim ? `claim ${named(claim.metadata)}` : 'its disk'} is full (said ${said.count}×)`,
        mend: claim
          ? `enlarge ${claim.metadata.name}, or remove from it what is not needed`
          : `remove what ${owner.name} need not keep, or give it a volume of its own`,
      }
    },
  },
  {
    pattern: /read-only file ?system|\bEROFS\b/i,
    say(owner, said, view) {
      const mounted = said.lines.map(line => mountedIn(line, view)).find(Boolean)
      const claim = mounted?.isReadOnly ? undefined : mounted?.claim
      const what = claim
        ? `claim ${named(claim.metadata)} has become read-only`
        : mounted?.isReadOnly
          ? 'its template mounts read-only what it writes to'
          : 'its file system is read-only'
      return {
        ...of(owner, claim, ['VolumeReadOnly', 'ReadOnlyFileSystem']),
        text: `${owner.name} cannot write: ${what} (said ${said.count}×)`,
        mend: claim
          ? 'look at the disk and its file system on the node: a fault of either makes the kernel mount it read-only'
          : `mount what ${owner.name} writes to without readOnly, or give it an emptyDir`,
      }
    },
  },
]

export const volumeUnwritable: Check = {
  name: 'volume-unwritable',
  check: view => TROUBLES.flatMap(trouble => verdicts(trouble, view)),
}

function verdicts({ pattern, except, say }: Trouble, view: View): Verdict[] {
  const tells = ({ text }: LogGroup) => pattern.test(text) && !except?.test(text)
  const telling = view.logs.filter(tells)
  const speakers = new Map(telling.map(({ pod }) => [keyOf(view.ownerOf(pod)), view.ownerOf(pod)]))
  return [...speakers.values()].flatMap((owner): Verdict[] => {
    const said = saidBy(view, owner, tells)
    if (!said || said.count < (view.isHealthy(owner) ? LINES_WHEN_HEALTHY : LINES)) return []
    return [
      {
        ...say(owner, said, view),
        concerns: owner,
        whenHealthy: said.isSteady ? 1 : 0.4,
        since: said.since,
        witness: said.lines.slice(0, 3).map(logWitness),
      },
    ]
  })
}

function of(owner: Reference, claim: Claim | undefined, [ofClaim, ofOwner]: [string, string]) {
  return claim
    ? { object: claimReference(claim), fault: ofClaim, points: 10 }
    : { object: owner, fault: ofOwner, points: 8 }
}
