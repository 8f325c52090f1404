// Nothing jumps under a finger about to press: while the pointer is over what it holds, what is shown stays as it is.
import { useEffect, useRef, useState } from 'preact/hooks'

const LONGEST = 5_000 // milliseconds; a mouse that was left there must not hide news for ever

/** `holds`: handlers for the element with the buttons. `release`: after a press, what it did is shown at once. */
export function useCalm<T>(newest: T | undefined): {
  value: T | undefined
  holds: { onPointerEnter: () => void; onPointerLeave: () => void }
  release: () => void
} {
  const [isHeld, setHeld] = useState(false)
  const kept = useRef(newest)
  useEffect(() => {
    if (!isHeld) return undefined
    const timer = setTimeout(() => setHeld(false), LONGEST)
    return () => clearTimeout(timer)
  }, [isHeld])
  if (!isHeld || kept.current === undefined) kept.current = newest
  return {
    value: kept.current,
    holds: { onPointerEnter: () => setHeld(true), onPointerLeave: () => setHeld(false) },
    release: () => setHeld(false),
  }
}
