// What logs said shortly before the window of a look, so that a line of now is known for the twentieth or for the first of its
// kind. Kept from look to look; of a container met for the first time it is read along with its window.
import type { Millis, Window } from '#incident/signal.ts'
import type { LogGroup } from './pod-logs.ts'
import type { Pod } from './pod-schema.ts'

/** How far back: long enough to tell a state that lasts from one that passes, short enough to be read at once. */
export const REMEMBERED: Millis = 15 * 60_000

/** Of one container, the latest: twenty different lines of trouble a minute say all there is to say. */
const MOST_GROUPS = 300

export type LogMemory = {
  /** From where on the log of a container has to be read: the window's start, or REMEMBERED before its end. */
  readFrom(pod: Pod, container: string, window: Window): Millis
  /** Takes in what was read up to the window's end; returns the groups of the minutes before it. */
  keep(pod: Pod, container: string, groups: readonly LogGroup[], window: Window): LogGroup[]
  /** Forgets every container that no look has kept since the last call. */
  forgetOthers(): void
}

type Held = { to: Millis; groups: LogGroup[] }

export function createLogMemory(): LogMemory {
  let held = new Map<string, Held>()
  let kept = new Map<string, Held>()

  /** What is held goes on where the window begins. */
  function contiguous(key: string, { from, to }: Window): Held | undefined {
    const known = kept.get(key) ?? held.get(key)
    return known && known.to >= from && known.to <= to ? known : undefined
  }

  return {
    readFrom(pod, container, window) {
      const isKnown = contiguous(keyOf(pod, container), window) !== undefined
      return isKnown ? window.from : Math.min(window.from, window.to - REMEMBERED)
    },
    keep(pod, container, groups, window) {
      const key = keyOf(pod, container)
      const all = new Map<string, LogGroup>()
      for (const group of [...(contiguous(key, window)?.groups ?? []), ...groups]) {
        if (group.at > window.to - REMEMBERED) all.set(`${group.minute} ${group.template}`, { ...group, pod })
      }
      const latest = [...all.values()].slice(-MOST_GROUPS)
      kept.set(key, { to: window.to, groups: latest })
      return latest.filter(({ minute }) => minute < window.from)
    },
    forgetOthers() {
      held = kept
      kept = new Map()
    },
  }
}

function keyOf({ metadata }: Pod, container: string): string {
  return `${metadata.uid || `${metadata.namespace}/${metadata.name}`} ${container}`
}
