// Counts that go up when something happened, so that what shows it is read again: of one incident, or of any.
import { useEffect, useState } from 'preact/hooks'
import { paths } from './api.ts'
import { listen } from './live.ts'

const TICK = 20_000 // ages on the page are at most this much behind
const TOGETHER = 150 // entries of one happening arrive together

type Beats = { any: number; all: number; incidents: Record<string, number> }

export function useBeats(): { any: number; of: (incident: string) => number; isLive: boolean | undefined } {
  const [beats, setBeats] = useState<Beats>({ any: 0, all: 0, incidents: {} })
  const [isLive, setLive] = useState<boolean>()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let changed: (string | undefined)[] = []
    const beat = () => {
      const heard = changed
      timer = undefined
      changed = []
      setBeats(before => after(before, heard))
    }
    const onChange = (incident: string | undefined) => {
      changed.push(incident)
      timer ??= setTimeout(beat, TOGETHER)
    }
    const ticking = setInterval(() => document.visibilityState === 'visible' && onChange(undefined), TICK)
    const stop = listen(paths.events, { onChange, onState: setLive })
    return () => {
      stop()
      clearInterval(ticking)
      clearTimeout(timer)
    }
  }, [])
  return { any: beats.any, of: incident => beats.all + (beats.incidents[incident] ?? 0), isLive }
}

function after({ any, all, incidents }: Beats, heard: (string | undefined)[]): Beats {
  const next = { ...incidents }
  for (const incident of new Set(heard)) if (incident !== undefined) next[incident] = (next[incident] ?? 0) + 1
  return { any: any + 1, all: heard.includes(undefined) ? all + 1 : all, incidents: next }
}
