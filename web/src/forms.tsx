// What has to be asked before it can be done: why not, which signals, which other incident. The server decides, and checks again.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Signal } from '#incident/signal.ts'
import { clock } from './age.ts'
import { paths } from './api.ts'
import { SOURCE_NAMES } from './status-line.tsx'
import { useRead } from './use-read.ts'
import type { IncidentView } from './wire.ts'

export function DenyForm({ onSend, onCancel }: { onSend: (reason: string) => void; onCancel: () => void }) {
  const [reason, setReason] = useState('')
  return (
    <Form title="Say no" submit="Deny" onSend={() => onSend(reason.trim())} onCancel={onCancel}>
      <label>
        Why not (goes into the record)
        <textarea rows={3} maxLength={500} value={reason} onInput={event => setReason(event.currentTarget.value)} />
      </label>
    </Form>
  )
}

const MOST_SIGNALS = 200 // rows

type SplitGiven = { sources: IncidentView['sources']; onSend: (signals: string[]) => void; onCancel: () => void }

export function SplitForm({ sources, onSend, onCancel }: SplitGiven) {
  const [chosen, setChosen] = useState<string[]>([])
  const signals = sources.flatMap(({ data }) => data ?? []).toSorted((a, b) => a.at - b.at)
  const more = signals.length - MOST_SIGNALS
  const choose = (id: string, isChosen: boolean) =>
    setChosen(before => (isChosen ? [...before, id] : before.filter(other => other !== id)))
  const isReady = chosen.length > 0 && chosen.length < signals.length
  return (
    <Form title="Split off" submit="Split" isReady={isReady} onSend={() => onSend(chosen)} onCancel={onCancel}>
      <fieldset>
        <legend>Signals of another incident; at least one stays</legend>
        {signals.slice(0, MOST_SIGNALS).map(signal => (
          <label key={signal.id} class="choice">
            <input type="checkbox" onChange={event => choose(signal.id, event.currentTarget.checked)} />
            <span>{inWords(signal)}</span>
          </label>
        ))}
        {more > 0 && <p class="note">+{more} more are not listed here.</p>}
      </fieldset>
    </Form>
  )
}

type MergeGiven = { id: string; onSend: (into: string) => void; onCancel: () => void }

export function MergeForm({ id, onSend, onCancel }: MergeGiven) {
  const [into, setInto] = useState('')
  const list = useRead<{ items: IncidentView[]; nextCursor?: string }>(paths.incidents, 0)
  const others = list.value?.items.filter(other => other.id !== id && other.phase !== 'resolved') ?? []
  const hint = list.value ? 'No other incident is open.' : (list.error ?? 'Reading the incidents…')
  return (
    <Form title="Merge" submit="Merge" isReady={into !== ''} onSend={() => onSend(into)} onCancel={onCancel}>
      {others.length === 0 ? (
        <p class="note">{hint}</p>
      ) : (
        <fieldset>
          <legend>The same as</legend>
          {others.map(other => (
            <label key={other.id} class="choice">
              <input type="radio" name="into" onChange={() => setInto(other.id)} />
              <span>
                <code>{other.id}</code> {other.title}
              </span>
            </label>
          ))}
          {list.value?.nextCursor !== undefined && <p class="note">Older ones are not listed here.</p>}
        </fieldset>
      )}
    </Form>
  )
}

type FormGiven = {
  title: string
  submit: string
  isReady?: boolean
  onSend: () => void
  onCancel: () => void
  children: ComponentChildren
}

function Form({ title, submit, isReady = true, onSend, onCancel, children }: FormGiven) {
  return (
    <form
      class="form"
      aria-label={title}
      onSubmit={event => {
        event.preventDefault()
        if (isReady) onSend()
      }}
    >
      <h3>{title}</h3>
      {children}
      <div class="buttons">
        <button type="submit" class="primary" aria-disabled={!isReady}>
          {submit}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}

function inWords(signal: Signal): string {
  const at = clock(new Date(signal.at).toISOString())
  const what = signal.kind === 'series' ? signal.metric : signal.text
  return `${at} ${SOURCE_NAMES[signal.source]} ${signal.entity.service}: ${what}`
}
