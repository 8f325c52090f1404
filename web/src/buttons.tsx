// The buttons of a card: at most three, and a menu. Questions are not among them here; they stand beside the question box.
import { useEffect, useRef } from 'preact/hooks'
import type { Button, Part, Press } from '#cards/card.ts'
import { plain } from './text.ts'

type ButtonsGiven = {
  part: (Part & { kind: 'buttons' }) | undefined
  isWaiting: boolean
  onPress: (button: Button) => void
}

/** What the page has a way for. Questions stand beside their box. */
const PRESSED_HERE: readonly Press['kind'][] = [
  'preview',
  'approve',
  'undo',
  'acknowledge',
  'resolve',
  'mute',
  'form',
  'details',
  'show',
  'postmortem',
  'look',
  'unmute',
  'unknown',
  'feedback',
  'raise',
  'leave',
]

/** The key makes a changed set of buttons a new one, which is inert for a moment: see `arm` in press.css. */
export function Buttons({ part, isWaiting, onPress }: ButtonsGiven) {
  if (!part) return null
  const isPressedHere = ({ action }: Button) => PRESSED_HERE.includes(action.kind)
  const items = part.menu?.items.filter(isPressedHere) ?? []
  return (
    <div class="buttons" key={part.buttons.map(({ label }) => plain(label)).join()}>
      {part.buttons.filter(isPressedHere).map(button => (
        <button
          key={plain(button.label)}
          type="button"
          class={button.weight === 'act' ? 'primary' : ''}
          data-weight={button.weight}
          data-action={button.action.kind}
          aria-disabled={isWaiting}
          onClick={() => !isWaiting && onPress(button)}
        >
          {plain(button.label)}
        </button>
      ))}
      {items.length > 0 && (
        <Menu label={part.menu?.label ?? ''} items={items} isWaiting={isWaiting} onPress={onPress} />
      )}
    </div>
  )
}

type MenuGiven = { label: string; items: Button[]; isWaiting: boolean; onPress: (button: Button) => void }

function Menu({ label, items, isWaiting, onPress }: MenuGiven) {
  const details = useRef<HTMLDetailsElement>(null)
  const close = () => details.current?.removeAttribute('open')
  useEffect(() => {
    const onAway = (event: Event) => {
      if (event.target instanceof Node && !details.current?.contains(event.target)) close()
    }
    document.addEventListener('pointerdown', onAway)
    return () => document.removeEventListener('pointerdown', onAway)
  }, [])
  return (
    <details class="menu" ref={details} onKeyDown={event => event.key === 'Escape' && close()}>
      <summary>{label}</summary>
      <ul>
        {items.map(button => (
          <li key={plain(button.label)}>
            <button
              type="button"
              onClick={() => {
                close()
                if (!isWaiting) onPress(button)
              }}
            >
              {plain(button.label)}
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}
