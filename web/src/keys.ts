// The keyboard: j k move through the list, enter opens (the links do that), a acts, / asks, ? helps.
import { useEffect } from 'preact/hooks'

export function useKeys({ onHelp }: { onHelp: () => void }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return
      const act = KEYS[event.key] ?? (event.key === '?' ? onHelp : undefined)
      if (!act) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [onHelp])
}

const KEYS: Record<string, () => void> = {
  j: () => move(1),
  k: () => move(-1),
  a: () => document.querySelector<HTMLElement>('[data-weight="act"]')?.click(),
  '/': () => document.querySelector<HTMLElement>('#question')?.focus(),
}

function move(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('.row')]
  const at = rows.findIndex(row => row === document.activeElement)
  const from =
    at >= 0
      ? at
      : rows.findIndex(row => row.ariaCurrent === 'true') -
        (by === 1 && document.activeElement === document.body ? 1 : 0)
  rows[Math.max(0, Math.min(rows.length - 1, from + by))]?.focus()
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}
