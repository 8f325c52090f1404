// What can be pressed, and the way of a press: look at what would change, say yes, hear how it ended. The server decides all of it.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Action, Button, Part } from '#cards/card.ts'
import { plain } from './text.ts'
import { press, say } from './api.ts'
import type { PressKind } from './api.ts'
import { PreviewPanel } from './preview-panel.tsx'
import type { RemedyView, ReplyView } from './wire.ts'

type Step =
  | { step: 'choosing'; reply?: ReplyView }
  | { step: 'waiting'; words: string }
  | { step: 'asked'; kind: 'approve' | 'undo'; remedy: RemedyView; note?: string }

const SAID = 8_000 // milliseconds: what went well, the card says too; what did not stays until the next press

type Given = {
  id: string
  part: (Part & { kind: 'buttons' }) | undefined
  remedies: RemedyView[]
  /** What is not a press: a question, a look at the details. */
  onElse: (action: Action) => void
  onDone: () => void
}

export function Press({ id, part, remedies, onElse, onDone }: Given) {
  const [now, setNow] = useState<Step>({ step: 'choosing' })
  const panel = useRef<HTMLDivElement>(null)
  const cancel = () => setNow({ step: 'choosing' })
  useEffect(() => {
    if (now.step === 'asked') panel.current?.focus()
  }, [now.step])

  const said = now.step === 'choosing' ? now.reply : undefined
  useEffect(() => {
    if (said?.result !== 'done') return undefined
    const timer = setTimeout(cancel, SAID)
    return () => clearTimeout(timer)
  }, [said])

  async function send(remedy: string, kind: PressKind, words: string): Promise<void> {
    setNow({ step: 'waiting', words })
    const reply = await press(remedy, kind)
    const seen = reply.remedy
    if (seen?.preview && (reply.result === 'drifted' || (kind === 'preview' && reply.result === 'done'))) {
      setNow({ step: 'asked', kind: 'approve', remedy: seen, ...(reply.result === 'drifted' && { note: reply.text }) })
    } else setNow({ step: 'choosing', reply })
    onDone()
  }

  async function tell(kind: 'acknowledge' | 'resolve'): Promise<void> {
    setNow({ step: 'waiting', words: 'Writing it down…' })
    setNow({ step: 'choosing', reply: await say(id, kind) })
    onDone()
  }

  function onPress({ action }: Button): void {
    switch (action.kind) {
      case 'preview':
        return void send(action.remedy, 'preview', 'Asking the cluster what would change. Nothing is changed yet…')
      case 'undo': {
        const remedy = remedies.find(candidate => candidate.id === action.remedy)
        return remedy ? setNow({ step: 'asked', kind: 'undo', remedy }) : undefined
      }
      case 'approve':
      case 'deny':
        return void send(action.remedy, action.kind, 'Sending your answer…')
      case 'acknowledge':
      case 'resolve':
        return void tell(action.kind)
      case 'ask':
      case 'details':
        return onElse(action)
    }
  }

  if (now.step === 'asked') {
    const { remedy, kind, note } = now
    const words = kind === 'undo' ? 'Sending the undo…' : 'Sending your approval…'
    const canDo = kind === 'undo' || (remedy.preview?.refusals.length ?? 0) === 0
    return (
      <div class="asked" ref={panel} tabIndex={-1} onKeyDown={event => event.key === 'Escape' && cancel()}>
        <PreviewPanel remedy={remedy} kind={kind} note={note} />
        <div class="buttons" key="asked">
          {canDo && (
            <button
              type="button"
              class="primary"
              data-weight="confirm"
              onClick={() => void send(remedy.id, kind, words)}
            >
              Confirm
            </button>
          )}
          <button type="button" onClick={cancel}>
            {canDo ? 'Cancel' : 'Close'}
          </button>
        </div>
      </div>
    )
  }
  return (
    <>
      <Buttons part={part} isWaiting={now.step === 'waiting'} onPress={onPress} />
      <p class="reply" role="status" data-result={said?.result}>
        {now.step === 'waiting' ? now.words : said?.text}
      </p>
    </>
  )
}

type ButtonsGiven = {
  part: (Part & { kind: 'buttons' }) | undefined
  isWaiting: boolean
  onPress: (button: Button) => void
}

/** The key makes a changed set of buttons a new one, which is inert for a moment: see `arm` in press.css. */
function Buttons({ part, isWaiting, onPress }: ButtonsGiven) {
  if (!part) return null
  const items = part.menu?.items.filter(({ action }) => action.kind !== 'ask') ?? []
  return (
    <div class="buttons" key={part.buttons.map(({ label }) => plain(label)).join()}>
      {part.buttons.map(button => (
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
