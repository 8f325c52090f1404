// What happens on the server, as it happens: one stream of record entries, opened again whenever it breaks.

type Heard = {
  /** Something happened to this incident; undefined: the stream was away, so anything may have. */
  onChange: (incident: string | undefined) => void
  onState: (isLive: boolean) => void
}

const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 15_000

/** Until the returned function is called. */
export function listen(path: string, { onChange, onState }: Heard): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let pause = FIRST_PAUSE

  function open(): void {
    source = new EventSource(path)
    source.addEventListener('open', () => {
      pause = FIRST_PAUSE
      onState(true)
      onChange(undefined)
    })
    source.addEventListener('message', ({ data }: MessageEvent<string>) => onChange(incidentOf(data)))
    source.addEventListener('error', () => {
      onState(false)
      if (source?.readyState !== EventSource.CLOSED) return // the browser tries again by itself
      timer = setTimeout(open, pause)
      pause = Math.min(2 * pause, LONGEST_PAUSE)
    })
  }

  /** A phone that slept has missed things, whatever the stream says. */
  function wake(): void {
    if (document.visibilityState === 'visible') onChange(undefined)
  }

  open()
  document.addEventListener('visibilitychange', wake)
  return () => {
    source?.close()
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', wake)
  }
}

export function incidentOf(data: string): string | undefined {
  try {
    const entry: unknown = JSON.parse(data)
    const id = typeof entry === 'object' && entry !== null && 'incident' in entry ? entry.incident : undefined
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}
