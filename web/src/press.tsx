// What can be pressed, and the way of a press: look at what would change, say yes, hear how it ended. The server decides all of it.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Button, FormKind, Part, Press as Pressed } from '#cards/card.ts'
import type { Filled, Form } from '#cards/form.ts'
import { press, say, submit } from './api.ts'
import type { PressKind, Saying } from './api.ts'
import { Buttons } from './buttons.tsx'
import { FormPanel } from './forms.tsx'
import { PreviewPanel } from './preview-panel.tsx'
import { hrefOf } from './route.ts'
import type { IncidentView, RemedyView, ReplyView } from './wire.ts'

type Step =
  | { step: 'choosing'; reply?: ReplyView }
  | { step: 'waiting'; words: string }
  | { step: 'asked'; kind: 'approve' | 'undo'; remedy: RemedyView; note?: string }
  | { step: 'filling'; form: FormKind; about: string }

const A_MINUTE = 60_000
const SAID = 8_000 // milliseconds: what went well, the card says too; what did not stays until the next press

type Given = {
  id: string
  part: (Part & { kind: 'buttons' }) | undefined
  incident: IncidentView | undefined
  /** What is not a press: a look at the details. */
  onElse: (action: Pressed) => void
  onDone: () => void
}

export function Press({ id, part, incident, onElse, onDone }: Given) {
  const [now, setNow] = useState<Step>({ step: 'choosing' })
  const place = useRef<HTMLDivElement>(null)
  const before = useRef(now.step)
  const cancel = () => setNow({ step: 'choosing' })
  useEffect(() => {
    const hasMoved = before.current !== now.step
    before.current = now.step
    const isOpened = now.step === 'asked' || now.step === 'filling'
    const isLost = document.activeElement === document.body // with the button that had the focus
    if (hasMoved && (isOpened || isLost)) place.current?.focus({ preventScroll: !isOpened })
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

  async function tell(saying: Saying, words = 'Writing it down…'): Promise<void> {
    setNow({ step: 'waiting', words })
    setNow({ step: 'choosing', reply: await say(id, saying) })
    onDone()
  }

  async function fill(form: Pick<Form, 'form' | 'about'>, filled: Filled): Promise<void> {
    setNow({ step: 'waiting', words: 'Writing it down…' })
    setNow({ step: 'choosing', reply: await submit(form, filled) })
    onDone()
  }

  function onPress({ action }: Button): void {
    switch (action.kind) {
      case 'preview':
        return void look(action.remedy)
      case 'undo': {
        const remedy = incident?.remediationSuggestions.find(candidate => candidate.id === action.remedy)
        const unknown = `${action.remedy} is not among the remedies this page has read. Read it again, and press once more.`
        return setNow(
          remedy
            ? { step: 'asked', kind: 'undo', remedy }
            : { step: 'choosing', reply: { result: 'not found', text: unknown } },
        )
      }
      case 'approve':
        return void send(action.remedy, 'approve', 'Sending your answer…')
      case 'acknowledge':
      case 'resolve':
      case 'unmute':
      case 'unknown':
      case 'raise':
      case 'leave':
        return void tell({ kind: action.kind })
      case 'look':
        return void tell({ kind: 'look' }, 'Looking. Nothing is changed…')
      case 'feedback':
        return void tell({ kind: 'feedback', helpful: action.helpful, ...(action.why && { why: action.why }) })
      case 'mute':
        return void tell({ kind: 'mute', minutes: action.millis / A_MINUTE })
      case 'form':
        return setNow({ step: 'filling', form: action.form, about: action.about })
      case 'show':
        return void location.assign(hrefOf(action.incident))
      default:
        return onElse(action)
    }
  }

  if (now.step === 'filling') {
    return (
      <div
        class="asked"
        key="filling"
        ref={place}
        tabIndex={-1}
        onKeyDown={event => event.key === 'Escape' && cancel()}
      >
        <FormPanel form={now.form} about={now.about} onSend={filled => void fill(now, filled)} onCancel={cancel} />
      </div>
    )
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
          {kind === 'approve' && (
            <button type="button" onClick={() => setNow({ step: 'filling', form: 'deny', about: remedy.id })}>
              Deny…
            </button>
          )}
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
