// What happened, when and by whom, as the record tells it. The latest is what one looks for, so the start folds away.
import { useState } from 'preact/hooks'
import { clock } from './age.ts'
import type { Read } from './use-read.ts'
import type { TimelineView } from './wire.ts'

const SHOWN = 8

export function Timeline({ read }: { read: Read<TimelineView> }) {
  const [isWhole, setWhole] = useState(false)
  const items = read.value?.items ?? []
  const hidden = isWhole ? 0 : Math.max(0, items.length - SHOWN)
  return (
    <section aria-labelledby="timeline-title">
      <h2 id="timeline-title">Timeline</h2>
      {read.value === undefined && <p class="note">{read.error ?? 'Reading the record…'}</p>}
      {hidden > 0 && (
        <button type="button" class="quiet" onClick={() => setWhole(true)}>
          Show the {hidden} before
        </button>
      )}
      <ol class="timeline" start={hidden + 1}>
        {items.slice(hidden).map(({ at, text }, i) => (
          <li key={hidden + i}>
            <time datetime={at}>{clock(at)}</time>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
