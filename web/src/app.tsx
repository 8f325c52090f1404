// The whole page: one column of incidents, one thread. On a phone they are two views, told apart by the address.
import { useEffect, useState } from 'preact/hooks'
import { paths } from './api.ts'
import { Help } from './help.tsx'
import { IncidentList } from './incident-list.tsx'
import { useKeys } from './keys.ts'
import { hrefOf, useRoute } from './route.ts'
import { SettingsList } from './settings-list.tsx'
import { StatusLine, Watching } from './status-line.tsx'
import { Thread } from './thread.tsx'
import { useBeats } from './use-beats.ts'
import { useRead } from './use-read.ts'
import type { IncidentView, Status } from './wire.ts'

export function App() {
  const { any, of, isLive } = useBeats()
  const [helps, setHelps] = useState(false)
  const shown = useRoute()
  const isWide = useWide()
  const status = useRead<Status>(paths.status, any)
  const list = useRead<{ items: IncidentView[] }>(paths.incidents, any)
  const incidents = inOrder(list.value?.items ?? [])
  const open = incidents.filter(({ phase }) => phase !== 'resolved')
  const worst = isWide && shown === undefined ? open[0]?.id : undefined
  useEffect(() => {
    if (worst !== undefined) location.replace(hrefOf(worst)) // and there it stays, whatever comes or ends
  }, [worst])
  useKeys({ onHelp: () => setHelps(true) })
  useEffect(() => {
    document.title = open.length > 0 ? `▲ ${open.length} open · Incidents` : 'Incidents'
  }, [open.length])

  return (
    <div class="page" data-view={shown === undefined ? 'list' : 'thread'}>
      <aside class="column">
        <StatusLine status={status.value} isLive={isLive} onHelp={() => setHelps(true)} />
        <IncidentList incidents={incidents} shown={shown} read={list} />
        <SettingsList beat={any} />
        {status.value && <p class="responder">You act as “{status.value.responder.name}”.</p>}
      </aside>
      <main>
        {shown !== undefined && <Thread key={shown} id={shown} beat={of(shown)} />}
        {shown === undefined && list.value && open.length === 0 && <Watching status={status.value} />}
      </main>
      {helps && <Help onClose={() => setHelps(false)} />}
    </div>
  )
}

/** Open first, then the latest. */
function inOrder(incidents: IncidentView[]): IncidentView[] {
  const isOver = ({ phase }: IncidentView) => (phase === 'resolved' ? 1 : 0)
  return incidents.toSorted((a, b) => isOver(a) - isOver(b) || Date.parse(b.onset) - Date.parse(a.onset))
}

const WIDE = '(min-width: 56rem)' // as in page.css

function useWide(): boolean {
  const [isWide, setWide] = useState(() => matchMedia(WIDE).matches)
  useEffect(() => {
    const query = matchMedia(WIDE)
    const update = () => setWide(query.matches)
    query.addEventListener('change', update)
    return () => query.removeEventListener('change', update)
  }, [])
  return isWide
}
