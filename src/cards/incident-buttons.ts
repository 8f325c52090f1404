// What can be pressed on an incident: at most three buttons, and a menu with the rest. Everything that asks for more ends in three dots.
import type { Complaint, Incident } from '#incident/incident.ts'
import { adviceToLook } from '#incident/look.ts'
import type { Remedy } from '#incident/remedy.ts'
import { exact, say, sentence, words } from './card.ts'
import type { Button, Part, Press, Reader, Text } from './card.ts'
import { offered } from './offered.ts'
import { decisions } from './proposal-card.ts'
import { latestActed, undoable, verb } from './remedy-words.ts'
import { isMuted } from './so-far.ts'

export function buttons(incident: Incident, reader: Reader): Part {
  if (incident.mergedInto !== undefined) return elsewhere(incident, incident.mergedInto)
  const acted = latestActed(incident)
  const undo = acted && undoable(incident, acted) ? [undoButton(acted)] : []
  const remedies = offered(incident).map(previewButton)
  const isWorse = incident.phase === 'did not help'
  const [first, second, ...others] = isWorse ? [...undo, ...remedies] : [...remedies, ...undo]
  const isUrgent = incident.phase === 'open' || isWorse
  const shown = [
    first && { ...first, weight: isUrgent ? ('act' as const) : first.weight },
    isWorse ? second : undefined,
  ].flatMap(short)
  const rest = [...(second && !isWorse ? [second] : []), ...others]
  const items = [
    ...rest.map(inFull),
    ...looks(incident),
    ...likeIt(incident),
    ...questions(incident),
    ...(incident.phase === 'resolved' ? [postmortem(incident)] : still(incident, reader)),
    ...opinions(incident),
  ]
  return { kind: 'buttons', buttons: [...shown, details(incident)], menu: { label: 'Something else', items } }
}

/** It goes on in another: only looks are left. */
function elsewhere(incident: Incident, into: string): Part {
  const show = plainButton(say`Show ${exact(into)}`, { kind: 'show', incident: into })
  return { kind: 'buttons', buttons: [show, details(incident)] }
}

type InFull = Button & { full: Text }

/** The three dots: it only looks, and asks again. */
function previewButton({ id, title, ...remedy }: Remedy): InFull {
  const label = say`${words(verb(remedy).imperative)}…`
  return { ...plainButton(label, { kind: 'preview', remedy: id }), full: say`${sentence(title)}…` }
}

function undoButton({ id, title }: Remedy): InFull {
  return { ...plainButton(say`Undo`, { kind: 'undo', remedy: id }), full: say`Undo: ${sentence(title)}` }
}

function short(button: InFull | undefined): Button[] {
  if (!button) return []
  const { full: _full, ...kept } = button
  return [kept]
}

/** In a menu there is room to say which. */
function inFull({ full, ...button }: InFull): Button {
  return { ...button, label: full }
}

function details({ id }: Incident): Button {
  return plainButton(say`Details`, { kind: 'details', incident: id })
}

function questions({ id }: Incident): Button[] {
  return ['Why do you think so?', 'What else could it be?', 'What changed?'].map(question =>
    plainButton([words(question)], { kind: 'ask', incident: id, question }),
  )
}

/** What the advice says to look at, run by a press; it changes nothing. */
function looks(incident: Incident): Button[] {
  if (incident.phase === 'resolved' || !adviceToLook(incident)) return []
  return [plainButton(say`Look for me`, { kind: 'look', incident: incident.id })]
}

function likeIt({ like }: Incident): Button[] {
  return like
    ? [plainButton(say`Show ${exact(like.incident)}, which was like it`, { kind: 'show', incident: like.incident })]
    : []
}

const AN_HOUR = 3_600_000

/** What people do about an incident that is not over. */
function still(incident: Incident, reader: Reader): Button[] {
  const { id, acknowledgedBy, signals } = incident
  return [
    ...(acknowledgedBy || latestActed(incident)
      ? []
      : [plainButton(say`I am looking at it`, { kind: 'acknowledge', incident: id })]),
    plainButton(say`Close as resolved`, { kind: 'resolve', incident: id }),
    ...known(incident),
    ...(isMuted(incident, reader)
      ? [plainButton(say`Unmute`, { kind: 'unmute', incident: id })]
      : [plainButton(say`Mute for 1 h`, { kind: 'mute', incident: id, millis: AN_HOUR })]),
    ...(signals.length > 1 ? [plainButton(say`Split…`, { kind: 'form', form: 'split', about: id })] : []),
    plainButton(say`Merge…`, { kind: 'form', form: 'merge', about: id }),
  ]
}

/** Nothing could be known by a trouble again that has no fault yet. */
function known({ id, known: marked, rootCauses }: Incident): Button[] {
  if (marked) return [plainButton(say`Not known any more`, { kind: 'unknown', incident: id })]
  if (rootCauses[0]?.fault === undefined) return []
  return [plainButton(say`Mark as known…`, { kind: 'form', form: 'known', about: id })]
}

/** How it was: what is said here may lead to a proposal, never by itself to anything else. */
function opinions({ id, proposal }: Incident): Button[] {
  const voiced = (label: string, voice: { helpful: boolean; why?: Complaint }) =>
    plainButton([words(label)], { kind: 'feedback', incident: id, ...voice })
  return [
    ...(proposal ? decisions(id, proposal) : []),
    voiced('It was helpful', { helpful: true }),
    voiced('Wrong cause', { helpful: false, why: 'wrong cause' }),
    voiced('Not an incident', { helpful: false, why: 'not an incident' }),
  ]
}

function postmortem({ id }: Incident): Button {
  return plainButton(say`Post-mortem`, { kind: 'postmortem', incident: id })
}

function plainButton(label: Text, action: Press): Button {
  return { label, action, weight: 'plain' }
}
