// Buttons as Action.Execute: the verb says what is wanted, `data.press` what exactly. A form that is at hand opens in place.
import type { CardElement, IExecuteAction, IShowCardAction } from '@microsoft/teams.cards'
import { words } from '../card.ts'
import type { Button, FormKind, Part, Press } from '../card.ts'
import type { Form } from '../form.ts'
import { pressValue } from '../press-value.ts'
import { teamsForm } from './form.ts'
import { TEAMS_LIMITS } from './limits.ts'
import { more, label } from './text.ts'

/** The form that a button opens in place; without one, its button asks for it with the verb `form`. */
export type FormAt = (form: FormKind, about: string) => Form | undefined

/** The menu is the overflow of the row. Nothing where nothing is left to press. */
export function buttonRow(
  { buttons, menu }: Extract<Part, { kind: 'buttons' }>,
  { formAt, isOffered }: { formAt?: FormAt; isOffered: (press: Press) => boolean },
): CardElement[] {
  const offered = ({ action }: Button) => isOffered(action)
  const shown = buttons.filter(offered).slice(0, TEAMS_LIMITS.actionsShown.most)
  const items = [...buttons.filter(offered).slice(shown.length), ...(menu?.items ?? []).filter(offered)]
  const hidden = items.slice(0, TEAMS_LIMITS.menuActions.most)
  const actions = [
    ...shown.map(button => actionFor(button, formAt)),
    ...hidden.map(button => ({ ...actionFor(button, formAt), mode: 'secondary' as const })),
  ]
  return actions.length > 0 ? [{ type: 'ActionSet', actions }, ...more(items.length - hidden.length)] : []
}

/** Two thumbs, in words. */
export function feedbackRow(incident: string): CardElement[] {
  const thumb = (helpful: boolean): Button => ({
    label: [words(helpful ? 'Helpful' : 'Not helpful')],
    action: { kind: 'feedback', incident, helpful },
    weight: 'plain',
  })
  return [{ type: 'ActionSet', actions: [thumb(true), thumb(false)].map(execute) }]
}

export function execute({ label: text, action: press, weight }: Button): IExecuteAction {
  const title = label(text, TEAMS_LIMITS.actionTitle)
  const style = weight === 'act' ? ({ style: 'positive' } as const) : {}
  return { type: 'Action.Execute', title, verb: press.kind, data: { press: pressValue(press) }, ...style }
}

function actionFor(button: Button, formAt?: FormAt): IExecuteAction | IShowCardAction {
  const press = button.action
  const form = press.kind === 'form' ? formAt?.(press.form, press.about) : undefined
  if (!form) return execute(button)
  return { type: 'Action.ShowCard', title: label(button.label, TEAMS_LIMITS.actionTitle), card: teamsForm(form) }
}
