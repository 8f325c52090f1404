// Forms as modals: opened on a press, read when they are submitted.
import { actionOf, formOf } from '#cards/form.ts'
import type { Form } from '#cards/form.ts'
import type { FormKind } from '#cards/card.ts'
import { filledOf, slackModal } from '#cards/slack/modal.ts'
import type { Action } from '#incident/chat.ts'
import { Fault } from '#incident/fault.ts'
import type { Incident } from '#incident/incident.ts'
import type { Millis } from '#incident/signal.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { Call } from './client.ts'
import type { FormNote } from './form-note.ts'

export type Forms = {
  /** Within three seconds of the press: a trigger lives no longer. */
  open(trigger: string, note: FormNote): Promise<void>
  /** What was filled in, as what is wanted; else what is wrong, by the field it is said at. */
  read(note: FormNote, values: unknown): Promise<{ action: Action } | { problems: Record<string, string> }>
}

export function createForms(given: {
  call: Call
  store: IncidentStore
  open: () => Promise<Incident[]>
  clock: () => Millis
}): Forms {
  const { call, store, clock } = given

  async function drawn(form: FormKind, about: string): Promise<Form> {
    const reader = { now: clock(), zone: 'UTC' }
    switch (form) {
      case 'split':
        return formOf(form, about, { incident: await readIncident(store, about), reader })
      case 'merge':
        return formOf(form, about, { open: await given.open(), reader })
      case 'deny':
      case 'declare':
      case 'known':
        return formOf(form, about, { reader })
    }
  }

  return {
    async open(trigger, note) {
      const view = slackModal(await drawn(note.form, note.about), JSON.stringify(note))
      await call(web => web.views.open({ trigger_id: trigger, view }))
    },
    async read({ form: kind, about }, values) {
      const form = await drawn(kind, about)
      try {
        return { action: actionOf(kind, about, filledOf(values, form)) }
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'validation') throw error
        const { message } = error
        const at = form.fields.find(({ label }) => message.startsWith(label)) ?? form.fields[0]
        return { problems: { [at?.name ?? '']: message } }
      }
    },
  }
}
