// What the incident rests on, in the order it happened; and all its signals, one step deeper.
import type { Evidence } from '#cards/card.ts'
import type { Signal } from '#incident/signal.ts'
import { clock } from './age.ts'
import { Runs } from './runs.tsx'
import { SOURCE_NAMES } from './status-line.tsx'
import type { IncidentView } from './wire.ts'

export function EvidenceList({ items }: { items: Evidence[] }) {
  return (
    <ol class="evidence">
      {items.map(item => (
        <li key={item.signal} id={anchorOf(item.signal)} tabIndex={-1}>
          <p class="meta">
            <Runs text={[item.at]} /> {SOURCE_NAMES[item.source]}
            {item.exact !== undefined && (
              <>
                {' '}
                <code>{item.exact}</code>
              </>
            )}
            {item.url !== undefined && (
              <>
                {' '}
                <a href={item.url} target="_blank" rel="noreferrer noopener">
                  Open in {SOURCE_NAMES[item.source]}
                </a>
              </>
            )}
          </p>
          <p>
            <Runs text={item.text} />
          </p>
        </li>
      ))}
    </ol>
  )
}

const MOST = 200 // rows; the rest is in the export

export function Signals({ sources }: { sources: IncidentView['sources'] }) {
  const signals = sources.flatMap(({ data }) => data ?? []).toSorted((a, b) => a.at - b.at)
  if (signals.length === 0) return null
  return (
    <details class="signals">
      <summary>{signals.length === 1 ? 'The one signal' : `All ${signals.length} signals`} with exact names</summary>
      <ol class="evidence">
        {signals.slice(0, MOST).map(signal => (
          <li key={signal.id} id={`all-${anchorOf(signal.id)}`} tabIndex={-1}>
            <p class="meta">
              <time datetime={new Date(signal.at).toISOString()}>{clock(new Date(signal.at).toISOString())}</time>{' '}
              {SOURCE_NAMES[signal.source]} {signal.kind} <code>{exactName(signal)}</code>
            </p>
            <p>{signal.kind === 'series' ? <code>{signal.metric}</code> : <q>{signal.text}</q>}</p>
          </li>
        ))}
      </ol>
      {signals.length > MOST && <p class="note">{signals.length - MOST} more are in the incident's export.</p>}
    </details>
  )
}

/** Shows a signal wherever it is on the page, and puts the focus there. */
export function goTo(signal: string): void {
  const place = document.getElementById(anchorOf(signal)) ?? document.getElementById(`all-${anchorOf(signal)}`)
  place?.closest('details')?.setAttribute('open', '')
  place?.scrollIntoView({ block: 'center' })
  place?.focus({ preventScroll: true })
}

function anchorOf(signal: string): string {
  return `signal-${signal}`
}

function exactName({ entity: { cluster, namespace, kind, name, service } }: Signal): string {
  return name === undefined ? service : [cluster, namespace, kind, name].filter(part => part !== undefined).join('/')
}
