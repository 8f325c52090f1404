// The incidents: open ones first, resolved ones below.
import { age } from './age.ts'
import { hrefOf } from './route.ts'
import type { Read } from './use-read.ts'
import type { IncidentView } from './wire.ts'

type Given = { incidents: IncidentView[]; shown: string | undefined; read: Read<unknown> }

export function IncidentList({ incidents, shown, read }: Given) {
  if (read.value === undefined) return <p class="note">{read.error ?? 'Reading the incidents…'}</p>
  const open = incidents.filter(({ phase }) => phase !== 'resolved')
  const resolved = incidents.filter(({ phase }) => phase === 'resolved')
  return (
    <nav aria-label="Incidents">
      <Group title={open.length > 0 ? `Open (${open.length})` : 'Nothing is open'} incidents={open} shown={shown} />
      {resolved.length > 0 && <Group title="Resolved" incidents={resolved} shown={shown} />}
    </nav>
  )
}

function Group({ title, incidents, shown }: { title: string; incidents: IncidentView[]; shown: string | undefined }) {
  return (
    <section>
      <h2>{title}</h2>
      <ul class="rows">
        {incidents.map(incident => (
          <li key={incident.id}>
            <Row incident={incident} isShown={incident.id === shown} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Row({ incident, isShown }: { incident: IncidentView; isShown: boolean }) {
  const { id, title, onset, resolvedAt } = incident
  const { mark, word, level } = stateOf(incident)
  const span = (resolvedAt === undefined ? Date.now() : Date.parse(resolvedAt)) - Date.parse(onset)
  return (
    <a class="row" href={hrefOf(id)} aria-current={isShown ? 'true' : undefined}>
      <span class="row-head">
        <span data-level={level}>
          <span aria-hidden="true">{mark}</span> {word}
        </span>
        <span class="row-about">{aboutOf(incident)}</span>
        <span class="row-age">{age(span)}</span>
      </span>
      <span class="row-title">
        {prefixOf(incident)}
        {title}
      </span>
    </a>
  )
}

function stateOf({ phase, severity }: IncidentView): { mark: string; word: string; level: string } {
  const bad = severity.charAt(0).toUpperCase() + severity.slice(1)
  switch (phase) {
    case 'resolved':
      return { mark: '✓', word: 'Resolved', level: 'ok' }
    case 'acting':
      return { mark: '⟳', word: 'Acting', level: severity }
    case 'verifying':
      return { mark: '⟳', word: 'Checking', level: severity }
    case 'did not help':
    case 'open':
      return { mark: '▲', word: bad, level: severity }
  }
}

function prefixOf({ phase, cameBack, again, quiet }: IncidentView): string {
  if (quiet && phase !== 'resolved') return quiet.because === 'known' ? 'Known: ' : 'In maintenance: '
  if (phase === 'did not help') return 'Not mended: '
  if (again && phase !== 'resolved') return `Back again (${again.times}× in 24 h): `
  return cameBack && phase !== 'resolved' ? 'Back again: ' : ''
}

function aboutOf({ rootCauses, services }: IncidentView): string {
  return rootCauses[0]?.entity.service ?? services[0] ?? ''
}
