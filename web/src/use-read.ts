// Reads a path now and whenever `beat` changes; what was read stays on the page while it is read again.
import { useEffect, useState } from 'preact/hooks'
import { read } from './api.ts'

export type Read<T> = { value?: T; error?: string; isLoading: boolean }

export function useRead<T>(path: string | undefined, beat: number): Read<T> {
  const [held, setHeld] = useState<Read<T> & { path?: string }>({ isLoading: true })
  useEffect(() => {
    if (path === undefined) return undefined
    const abort = new AbortController()
    read<T>(path, abort.signal).then(
      value => setHeld({ path, value, isLoading: false }),
      (error: Error) => {
        if (!abort.signal.aborted)
          setHeld(before => ({ ...(before.path === path && before), path, error: error.message, isLoading: false }))
      },
    )
    return () => abort.abort()
  }, [path, beat])
  return held.path === path ? held : { isLoading: true }
}
