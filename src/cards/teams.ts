// A card as an Adaptive Card 1.5, as Teams takes it. What comes from outside stands only in TextRuns and plain titles; who
// may see which button is decided by the caller, who knows whom it is for.
import type { CardElement, IAdaptiveCard, IRefreshDefinition } from '@microsoft/teams.cards'
import { plain, words } from './card.ts'
import type { Card, Level, Part, Press } from './card.ts'
import { cutTo } from './cut.ts'
import { fitted } from './fit.ts'
import { buttonRow, feedbackRow } from './teams/buttons.ts'
import type { FormAt } from './teams/buttons.ts'
import { sizeOf, TEAMS_LIMITS } from './teams/limits.ts'
import { evidenceLine, labelled, listLine, picture } from './teams/lines.ts'
import type { Picture } from './teams/lines.ts'
import { inert, more, ownClock, paragraph, runs } from './teams/text.ts'

/** The verb by which Teams asks for the card as the one who looks at it may see it; `data.key` is the card's key. */
export const REFRESH_VERB = 'refresh'

export type TeamsView = {
  picture?: Picture
  /** Teams ids (29:…) of those whose client asks for their own view at once; the first 60. Others can from the card's menu. */
  refreshFor?: readonly string[]
  /** Everyone sees what only approvers may press left out. */
  for?: 'approver' | 'everyone'
  formAt?: FormAt
}

/** Plain JSON within Teams' limits: cut where it says so, without its picture where that would be too much. */
export function teamsCard(card: Card, view: TeamsView = {}): IAdaptiveCard {
  const unpictured = (smaller: Card) =>
    drawn(view.picture ? sayingSo(smaller) : smaller, { ...view, picture: undefined })
  const whole = fitted(card, smaller => {
    const plainest = unpictured(smaller)
    return sizeOf(plainest) <= TEAMS_LIMITS.cardBytes.most && travels(plainest)
  })
  const pictured = drawn(whole, view)
  return travels(pictured) ? pictured : unpictured(whole)
}

function travels(card: IAdaptiveCard): boolean {
  return Buffer.byteLength(JSON.stringify(card)) <= TEAMS_LIMITS.wireBytes.most
}

function sayingSo({ key, parts }: Card): Card {
  const text = [words('The picture is too large for this message; the page has it.')]
  return { key, parts: parts.map(part => (part.kind === 'chart' ? { kind: 'note', text } : part)) }
}

/** For a notification: the headline and the verdict, in one line without any markup. */
export function summaryOf({ parts }: Card): string {
  const told = parts.flatMap(part => {
    if (part.kind === 'headline') return [[part.mark, plain(part.text)].filter(Boolean).join(' ')]
    return part.kind === 'verdict' || part.kind === 'note' ? [plain(part.text)] : []
  })
  const line = told.slice(0, 2).join(': ').replaceAll('<', '‹').replaceAll('>', '›')
  return cutTo(inert(line), TEAMS_LIMITS.summary)
}

function drawn(card: Card, view: TeamsView): IAdaptiveCard {
  const clock = ownClock(card)
  const refresh = refreshOf(card, view)
  return {
    type: 'AdaptiveCard',
    version: '1.5',
    fallbackText: 'This card needs a newer version of Teams.',
    msteams: { width: 'full' },
    body: [...card.parts.flatMap(part => elements(part, view)), ...(clock ? [clock] : [])],
    ...(refresh && { refresh }),
  }
}

/** Only where somebody's view differs. */
function refreshOf({ key, parts }: Card, { refreshFor }: TeamsView): IRefreshDefinition | undefined {
  if (!refreshFor || !parts.some(hasForApprovers)) return undefined
  return {
    action: { type: 'Action.Execute', title: 'Refresh', verb: REFRESH_VERB, data: { key } },
    userIds: refreshFor.slice(0, TEAMS_LIMITS.refreshUsers.most),
  }
}

function hasForApprovers(part: Part): boolean {
  const buttons = part.kind === 'buttons' ? [...part.buttons, ...(part.menu?.items ?? [])] : []
  return buttons.some(({ action }) => isForApprovers(action))
}

function isForApprovers(press: Press): boolean {
  return ['approve', 'undo', 'deny'].includes(press.kind) || (press.kind === 'form' && press.form === 'deny')
}

const COLOURS = {
  critical: 'attention',
  high: 'attention',
  medium: 'warning',
  low: 'accent',
  ok: 'good',
} as const satisfies Record<Level, string>

function elements(part: Part, view: TeamsView): CardElement[] {
  switch (part.kind) {
    case 'headline': {
      const mark = part.mark ? [words(`${part.mark} `)] : []
      const line = paragraph(runs([...mark, ...part.text], { weight: 'Bolder' }))
      return part.level ? [{ type: 'Container', style: COLOURS[part.level], bleed: true, items: [line] }] : [line]
    }
    case 'verdict':
      return [paragraph(runs(part.text, { size: 'Medium', weight: 'Bolder' }))]
    case 'act': {
      const sure = part.sure === undefined ? [] : runs([words(` (sure ${part.sure.toFixed(2)})`)], { isSubtle: true })
      return [labelled('Act', [...runs(part.text), ...sure])]
    }
    case 'progress':
      return [labelled('So far', runs(part.text))]
    case 'diff': {
      const lines = part.lines.map(line => paragraph(runs(line, { fontType: 'Monospace' }), 'None'))
      return [{ type: 'Container', style: 'emphasis', items: lines }]
    }
    case 'buttons': {
      const isOffered = (press: Press) => view.for !== 'everyone' || !isForApprovers(press)
      return buttonRow(part, { formAt: view.formAt, isOffered })
    }
    case 'fact':
      return [labelled(part.label, runs(part.text))]
    case 'claims':
      return part.items.flatMap(({ text, evidence }) => [
        paragraph(runs([words('• '), ...text])),
        ...evidence.map(evidenceLine),
      ])
    case 'evidence':
      return [labelled('Evidence', []), ...part.items.map(evidenceLine), ...more(part.more)]
    case 'list':
      return [...part.items.map(listLine), ...more(part.more)]
    case 'chart':
      return view.picture ? [picture(view.picture)] : []
    case 'feedback':
      return feedbackRow(part.incident)
    case 'note':
      return [paragraph(runs(part.text, { isSubtle: true }))]
  }
}
