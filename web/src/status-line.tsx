// What is being watched and since when: one line above the list, and the whole page while there is nothing else to say.
import type { Source } from '#incident/signal.ts'
import { age, clock } from './age.ts'
import type { Status } from './wire.ts'

export const SOURCE_NAMES: Record<Source, string> = {
  kubernetes: 'Kubernetes',
  sentry: 'Sentry',
  cloudwatch: 'CloudWatch',
  grafana: 'Grafana',
}

type Given = { status: Status | undefined; isLive: boolean | undefined; onHelp: () => void }

export function StatusLine({ status, isLive, onHelp }: Given) {
  const down = status?.sources.filter(({ up }) => !up) ?? []
  return (
    <header class="status">
      <h1>Incidents</h1>
      <button type="button" class="quiet" onClick={onHelp} aria-label="Help: keys and marks">
        ?
      </button>
      <p>
        {status?.demo && <>Demo: the cloud is simulated. </>}
        <span role="status">{liveWords(isLive)}</span>
      </p>
      {down.map(({ source, since }) => (
        <p key={source} data-level="medium">
          ? {SOURCE_NAMES[source]} unreadable{since !== undefined && ` since ${clock(since)}`}
        </p>
      ))}
      {status?.maintenance.map(({ name, reason, until }) => (
        <p key={name}>
          ⟳ In maintenance until {clock(until)}: {name} ({reason})
        </p>
      ))}
    </header>
  )
}

function liveWords(isLive: boolean | undefined): string {
  if (isLive === undefined) return 'Connecting…'
  return isLive ? 'Live.' : 'Connection lost, trying again. What you see may be old.'
}

/** The empty state. */
export function Watching({ status }: { status: Status | undefined }) {
  if (!status) return <p class="note">Asking what is being watched…</p>
  const { sources, since, tickSeconds } = status
  const up = sources.filter(source => source.up)
  return (
    <article class="watching">
      <h2>{up.length === sources.length ? 'All quiet.' : 'Quiet, as far as can be seen.'}</h2>
      <p>
        Watching since {clock(since)} ({age(Date.now() - Date.parse(since))}), every {tickSeconds} s. An incident opens
        here by itself.
      </p>
      <ul>
        {sources.map(source => (
          <li key={source.source}>
            <span data-level={source.up ? 'ok' : 'medium'}>{source.up ? '✓' : '?'}</span> {SOURCE_NAMES[source.source]}{' '}
            {source.up ? 'is read' : `unreadable${source.since === undefined ? '' : ` since ${clock(source.since)}`}`}
          </li>
        ))}
      </ul>
    </article>
  )
}
