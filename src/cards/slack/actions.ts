// What can be pressed, as Slack's buttons and menus. Every value is a press that `pressOf` reads again.
import type {
  ActionsBlock,
  Button as SlackButton,
  ConfirmationDialog,
  ContextActionsBlock,
  PlainTextOption,
  StaticSelect,
} from '@slack/types'
import type { Button, Card, FactLabel, ListItem, Part } from '../card.ts'
import { plain } from '../card.ts'
import { pressValue } from '../press-value.ts'
import { SLACK_LIMITS } from './limits.ts'
import { plainText } from './text.ts'

/** The action_id of everything that carries a press. */
export const PRESS_ID = /^press-/

/** None where there is nothing to press. `card`: what the question before an action is made from. */
export function actionsBlock({ buttons, menu }: Part & { kind: 'buttons' }, card: Card): ActionsBlock[] {
  const items = menu?.items ?? []
  const shown = [...buttons, ...items.filter(acts)].map((button, i) => slackButton(button, i, card))
  const rest = items.filter(item => !acts(item))
  return actions([...shown, ...(menu ? select(menu.label, rest) : [])])
}

/** One thing to choose from a list of them: a button where there is only one. */
export function listActions(items: readonly ListItem[], card: Card): ActionsBlock[] {
  const offers = items.flatMap(({ text, button }) => (button ? [{ ...button, label: text, short: button.label }] : []))
  const [only, ...others] = offers
  if (!only) return []
  if (others.length === 0) return actions([slackButton({ ...only, label: only.short }, 0, card)])
  const shows = offers.every(({ action }) => action.kind === 'show')
  return actions(select(shows ? 'Show one of these' : 'Take one of these back', offers))
}

export function feedbackBlock({ incident }: Part & { kind: 'feedback' }): ContextActionsBlock {
  const button = (helpful: boolean, label: string) => ({
    text: plainText(label, SLACK_LIMITS.buttonText),
    value: pressValue({ kind: 'feedback', incident, helpful }),
  })
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: 'press-feedback',
        positive_button: button(true, 'This helped'),
        negative_button: button(false, 'This did not help'),
      },
    ],
  }
}

function actions(elements: (SlackButton | StaticSelect)[]): ActionsBlock[] {
  return elements.length > 0 ? [{ type: 'actions', elements }] : []
}

function slackButton(button: Button, index: number, card: Card): SlackButton {
  return {
    type: 'button',
    action_id: `press-${index}`,
    text: plainText(button.label, SLACK_LIMITS.buttonText),
    value: pressValue(button.action),
    ...(button.weight === 'act' && { style: 'primary' }),
    ...(acts(button) && { confirm: question(button, card) }),
  }
}

/** What changes something outside. In a menu it could not be asked again, so it is a button wherever it stands. */
function acts({ action }: Button): boolean {
  return action.kind === 'approve' || action.kind === 'undo'
}

const ASKED: readonly FactLabel[] = ['On', 'Touches', 'Undo']

/** What the card says of the action stands in the question too. */
function question(button: Button, { parts }: Card): ConfirmationDialog {
  const facts = ASKED.flatMap(label =>
    parts.flatMap(part => (part.kind === 'fact' && part.label === label ? [part] : [])),
  )
  const soFar = parts.flatMap(part => (part.kind === 'progress' ? [plain(part.text)] : []))
  const known = facts.length > 0 ? facts.map(({ label, text }) => `${label}: ${plain(text)}`) : soFar
  return {
    title: plainText(`${plain(button.label)}?`, SLACK_LIMITS.confirmTitle),
    text: plainText(['This changes the running system.', ...known].join('\n'), SLACK_LIMITS.confirmText),
    confirm: plainText('Yes', SLACK_LIMITS.confirmButton),
    deny: plainText('Not now', SLACK_LIMITS.confirmButton),
  }
}

/** The placeholder counts what a menu of Slack has no room for. */
function select(label: string, items: readonly Button[]): StaticSelect[] {
  const options = items.map(option).filter(({ value = '' }) => value.length <= SLACK_LIMITS.optionValue.most)
  const shown = options.slice(0, SLACK_LIMITS.options.most)
  if (shown.length === 0) return []
  const more = items.length - shown.length
  const placeholder = plainText(more > 0 ? `${label} (+${more} more)` : label, SLACK_LIMITS.placeholder)
  return [{ type: 'static_select', action_id: 'press-menu', placeholder, options: shown }]
}

function option({ label, action }: Button): PlainTextOption {
  return { text: plainText(label, SLACK_LIMITS.optionText), value: pressValue(action) }
}
