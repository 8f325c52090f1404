// A remedy on its way: what exactly, on which object, what would change, what it touches, what could go wrong, who may say yes.
// The same message is edited until it is over.
import type { Incident } from '#incident/incident.ts'
import type { Prerequisite, Preview, Remedy } from '#incident/remedy.ts'
import { join, name, say, sentence, words } from './card.ts'
import type { Button, Card, ListItem, Part, Reader, Text } from './card.ts'
import { clock, duration } from './duration.ts'
import { exactly } from './exact-call.ts'
import { cardWith, fact, progressPart } from './part.ts'
import { remedyHeadline } from './remedy-headline.ts'
import { isWaiting, objectOf, podCount, progress, undoable, verb } from './remedy-words.ts'

/** `approvers`: the roles that may say yes. */
export function remedyCard(
  incident: Incident,
  remedy: Remedy,
  reader: Reader,
  approvers: readonly string[] = [],
): Card {
  const { preview, call, approvals, state } = remedy
  const waits = isWaiting(incident, remedy)
  return cardWith(remedy.id, [
    remedyHeadline(incident, remedy),
    { kind: 'verdict', text: [sentence(remedy.title)] },
    progressPart(approvals.length > 0 || state === 'DENIED' ? progress(remedy, reader) : []),
    diff(preview),
    buttons(incident, remedy),
    fact('Why', waits ? [sentence(remedy.reason)] : []),
    fact('Cannot', waits ? join((preview?.refusals ?? []).map(sentence), '; ') : []),
    fact('On', [objectOf(remedy)]),
    fact('Call', call ? exactly(call) : []),
    fact('Touches', preview ? [words(podCount(preview))] : waits ? say`not looked at yet` : []),
    fact('Risk', [words(remedy.riskLevel)]),
    fact('Undo', undo(preview)),
    fact('First', waits && !preview?.checked ? join(remedy.prerequisites.map(sentence), '; ') : []),
    fact('Held by', guards(preview)),
    fact('Approvers', waits && call ? mayApprove(remedy, approvers) : []),
    fact('Expires', waits ? expiry(remedy, reader) : []),
    waits ? lookedInto(preview?.checked ?? []) : undefined,
  ])
}

const MOST_CHANGES = 12 // lines: more is looked at where the object lives

function diff(preview: Preview | undefined): Part | undefined {
  if (!preview || preview.diff.length === 0) return undefined
  const lines: Text[] = preview.diff.slice(0, MOST_CHANGES).map(change => [sentence(change)])
  const more = preview.diff.length - lines.length
  return { kind: 'diff', lines: more > 0 ? [...lines, [words(`+${more} more`)]] : lines }
}

/** Nothing to approve before a dry run, where it said no, where the object had changed, or where a press changes nothing any more. */
function buttons(incident: Incident, remedy: Remedy): Part | undefined {
  const shown = pressesOf(incident, remedy)
  return shown.length > 0 ? { kind: 'buttons', buttons: shown } : undefined
}

function pressesOf(incident: Incident, remedy: Remedy): Button[] {
  const { id, preview, state } = remedy
  if (!isWaiting(incident, remedy)) {
    return undoable(incident, remedy)
      ? [{ label: say`Undo`, action: { kind: 'undo', remedy: id }, weight: 'plain' }]
      : []
  }
  if (!preview || preview.refusals.length > 0 || state === 'DRIFTED') {
    const label = preview ? say`Look again…` : say`Look first…`
    return [{ label, action: { kind: 'preview', remedy: id }, weight: 'plain' }]
  }
  return [
    {
      label: say`Approve: ${words(lower(verb(remedy).imperative))}`,
      action: { kind: 'approve', remedy: id },
      weight: 'act',
    },
    { label: say`Deny…`, action: { kind: 'form', form: 'deny', about: id }, weight: 'plain' },
  ]
}

/** What should hold before, and what was seen of it; what does not hold stands first. */
function lookedInto(checked: readonly Prerequisite[]): Part | undefined {
  const order = ({ holds }: Prerequisite) => (holds === false ? 0 : holds === undefined ? 1 : 2)
  const items = checked
    .toSorted((a, b) => order(a) - order(b))
    .map(({ what, holds, saw }): ListItem => {
      const outcome = holds === undefined ? say`Not known: ` : holds ? say`Holds: ` : say`Does not hold: `
      return {
        mark: holds === undefined ? '?' : holds ? '✓' : '▲',
        text: say`${outcome}${sentence(what)} (${sentence(saw)})`,
      }
    })
  return items.length > 0 ? { kind: 'list', items, more: 0 } : undefined
}

function undo(preview: Preview | undefined): Text {
  if (!preview) return []
  return preview.inverse ? say`can be undone` : say`cannot be undone by a button`
}

/** What else has a say over the object. */
function guards(preview: Preview | undefined): Text {
  if (!preview) return []
  const { pdb, hpa, owner } = preview
  return join(
    [
      ...(pdb === undefined ? [] : [say`disruption budget ${name(pdb)}`]),
      ...(hpa === undefined ? [] : [say`autoscaler ${name(hpa)}`]),
      ...(owner === undefined ? [] : [say`${name(owner)}, which may put it back`]),
    ],
    '; ',
  )
}

/** "oncall or sre, 2 different people" */
function mayApprove({ approvalsNeeded }: Remedy, roles: readonly string[]): Text {
  const who = roles.length > 0 ? [join(roles.map(name), ' or ')] : []
  const many = approvalsNeeded > 1 ? [say`${words(String(approvalsNeeded))} different people`] : []
  return join([...who, ...many], ', ')
}

function expiry({ expiresAt }: Remedy, reader: Reader): Text {
  if (expiresAt === undefined) return []
  return say`${clock(expiresAt, reader)}, in ${words(duration(expiresAt - reader.now))}`
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
