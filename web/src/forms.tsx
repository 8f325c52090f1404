// What has to be asked before it can be done, field by field as the server asks it. The server checks again, and decides.
import { useState } from 'preact/hooks'
import type { FormKind } from '#cards/card.ts'
import type { Field, Filled, Form } from '#cards/form.ts'
import { paths } from './api.ts'
import { Runs } from './runs.tsx'
import { useRead } from './use-read.ts'

type Given = {
  form: FormKind
  about: string
  onSend: (filled: Filled) => void
  onCancel: () => void
}

export function FormPanel({ form: kind, about, onSend, onCancel }: Given) {
  const [filled, setFilled] = useState<Filled>({})
  const { value: form, error, isLoading } = useRead<Form>(paths.form(kind, about), 0)
  const isReady = form?.fields.every(field => field.optional || isFilled(filled[field.name])) ?? false
  return (
    <form
      class="form"
      aria-label={form?.title}
      onSubmit={event => {
        event.preventDefault()
        if (isReady) onSend(filled)
      }}
    >
      {form ? (
        <>
          <h3>{form.title}</h3>
          {form.fields.map(field => (
            <Asked
              key={field.name}
              field={field}
              value={filled[field.name]}
              onFill={value => setFilled(before => ({ ...before, [field.name]: value }))}
            />
          ))}
        </>
      ) : (
        <p class="note">{error ?? (isLoading ? 'Reading what to ask…' : `${about} is not known here.`)}</p>
      )}
      <div class="buttons">
        {form && (
          <button type="submit" class="primary" aria-disabled={!isReady}>
            {form.submit}
          </button>
        )}
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}

function isFilled(value: string | string[] | undefined): boolean {
  return typeof value === 'string' ? value.trim() !== '' : value !== undefined && value.length > 0
}

type AskedGiven<F> = { field: F; value: Filled[string] | undefined; onFill: (value: Filled[string]) => void }

function Asked({ field, value, onFill }: AskedGiven<Field>) {
  if ('choices' in field) return <Choices field={field} value={value} onFill={onFill} />
  const given = {
    maxLength: field.longest,
    placeholder: field.hint,
    value: typeof value === 'string' ? value : '',
  }
  return (
    <label>
      {field.label}
      {field.kind === 'text' ? (
        <textarea rows={3} {...given} onInput={event => onFill(event.currentTarget.value)} />
      ) : (
        <input type="text" {...given} onInput={event => onFill(event.currentTarget.value)} />
      )}
    </label>
  )
}

const MOST_CHOICES = 200 // rows

function Choices({ field, value, onFill }: AskedGiven<Field & { kind: 'one of' | 'some of' }>) {
  const chosen = [value ?? []].flat()
  const more = field.choices.length - MOST_CHOICES
  const choose = (choice: string, isChosen: boolean) => {
    if (field.kind === 'one of') onFill(choice)
    else onFill(isChosen ? [...chosen, choice] : chosen.filter(other => other !== choice))
  }
  return (
    <fieldset>
      <legend>{field.label}</legend>
      {field.choices.slice(0, MOST_CHOICES).map(choice => (
        <label key={choice.value} class="choice">
          <input
            type={field.kind === 'one of' ? 'radio' : 'checkbox'}
            name={field.name}
            checked={chosen.includes(choice.value)}
            onChange={event => choose(choice.value, event.currentTarget.checked)}
          />
          <span>
            <Runs text={choice.label} />
          </span>
        </label>
      ))}
      {field.choices.length === 0 && <p class="note">There is nothing to choose from.</p>}
      {more > 0 && <p class="note">+{more} more are not listed here.</p>}
    </fieldset>
  )
}
