// A remedy before it is approved: what exactly, on which object, what would change, what it touches, what could go wrong.
import type { Incident } from '#incident/incident.ts'
import type { Preview, Remedy } from '#incident/remedy.ts'
import { exact, join, name, say, sentence, words } from './card.ts'
import type { Card, Part, Reader, Text } from './card.ts'
import { clock } from './duration.ts'
import { fact } from './part.ts'
import { objectOf, podCount, pressable, progress, verb } from './remedy-words.ts'

export function remedyCard(incident: Incident, remedy: Remedy, reader: Reader): Card {
  const { preview, call } = remedy
  const parts: (Part | undefined)[] = [
    { kind: 'headline', level: incident.severity, text: say`${words('Before you approve')} · ${exact(remedy.id)}` },
    { kind: 'verdict', text: [sentence(remedy.title)] },
    { kind: 'act', text: [sentence(remedy.reason)] },
    remedy.approvals.length > 0 ? { kind: 'progress', text: progress(remedy, reader) } : undefined,
    preview && preview.diff.length > 0
      ? { kind: 'diff', lines: preview.diff.map(change => [sentence(change)]) }
      : undefined,
    ...refusals(preview),
    buttons(incident, remedy),
    fact('On', call ? say`${objectOf(remedy)}, by ${exact(call.tool)}` : [objectOf(remedy)]),
    fact('Touches', preview ? [words(podCount(preview))] : say`not looked at yet`),
    fact('Risk', [words(remedy.riskLevel)]),
    fact('Undo', undo(preview)),
    fact('First', join(remedy.prerequisites.map(sentence), '; ')),
    fact('Held by', guards(preview)),
    fact('Expires', remedy.expiresAt === undefined ? [] : [clock(remedy.expiresAt, reader)]),
  ]
  return { key: remedy.id, parts: parts.filter(part => part !== undefined) }
}

function refusals(preview: Preview | undefined): (Part | undefined)[] {
  return [fact('Cannot', join((preview?.refusals ?? []).map(sentence), '; '))]
}

/** Nothing to approve where the dry run said no, or where a press changes nothing any more. */
function buttons(incident: Incident, remedy: Remedy): Part | undefined {
  const isWaiting = pressable(incident).some(({ id }) => id === remedy.id)
  if (!isWaiting || (remedy.preview?.refusals.length ?? 0) > 0) return undefined
  return {
    kind: 'buttons',
    buttons: [
      {
        label: say`${words(verb(remedy).imperative)} ${name(remedy.target.service)}`,
        action: { kind: 'approve', remedy: remedy.id },
        weight: 'act',
      },
      { label: say`No`, action: { kind: 'deny', remedy: remedy.id }, weight: 'plain' },
    ],
  }
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
