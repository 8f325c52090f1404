// What can be pressed, and the way of a press: look at what would change, say yes, hear how it ended. The server decides all of it.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Action, Button, Part } from '#cards/card.ts'
import { Buttons } from './buttons.tsx'
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
  const place = useRef<HTMLDivElement>(null)
  const before = useRef(now.step)
  const cancel = () => setNow({ step: 'choosing' })
  useEffect(() => {
    const hasMoved = before.current !== now.step
    before.current = now.step
    const isLost = document.activeElement === document.body // with the button that had the focus
    if (hasMoved && (now.step === 'asked' || isLost)) place.current?.focus({ preventScroll: now.step !== 'asked' })
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
    if (reply.result === 'drifted') await look(remedy, reply.text)
    else setNow({ step: 'choosing', reply })
    onDone()
  }

  /** `note`: why it is looked at again. */
  async function look(remedyId: string, note?: string): Promise<void> {
    setNow({ step: 'waiting', words: 'Asking the cluster what would change. Nothing is changed yet…' })
    const reply = await press(remedyId, 'preview')
    const { result, remedy } = reply
    setNow(
      result === 'done' && remedy?.preview
        ? { step: 'asked', kind: 'approve', remedy, note }
        : { step: 'choosing', reply },
    )
  }

  async function tell(kind: 'acknowledge' | 'resolve'): Promise<void> {
    setNow({ step: 'waiting', words: 'Writing it down…' })
    setNow({ step: 'choosing', reply: await say(id, kind) })
    onDone()
  }

  function onPress({ action }: Button): void {
    switch (action.kind) {
      case 'preview':
        return void look(action.remedy)
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
      <div class="asked" key="asked" ref={place} tabIndex={-1} onKeyDown={event => event.key === 'Escape' && cancel()}>
        <PreviewPanel remedy={remedy} kind={kind} note={note} />
        <div class="buttons">
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
    <div class="choosing" key="choosing" ref={place} tabIndex={-1}>
      <Buttons part={part} isWaiting={now.step === 'waiting'} onPress={onPress} />
      <p class="reply" role="status">
        {now.step === 'waiting' ? now.words : said?.text}
      </p>
    </div>
  )
}
