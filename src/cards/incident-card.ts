// An incident as a card: verdict, what to do, why. The order of lines never changes; a line with nothing to say is left out.
import type { Incident } from '#incident/incident.ts'
import type { Preview, Remedy } from '#incident/remedy.ts'
import { capital, join, name, say, sentence, words } from './card.ts'
import type { Button, Card, Part, Reader, Text } from './card.ts'
import { chartTitle } from './chart.ts'
import { clock } from './duration.ts'
import { evidenceOf, SOURCE_NAMES, why } from './evidence.ts'
import { feltByService } from './felt.ts'
import { acknowledgement, headline, isWhole, UNCLEAR } from './incident-headline.ts'
import { latestActed, pressable, progress, undoable, verb } from './remedy-words.ts'

export function incidentCard(incident: Incident, reader: Reader): Card {
  const parts: (Part | undefined)[] = [
    headline(incident, reader),
    { kind: 'verdict', text: [capital(sentence(incident.title))] },
    actLine(incident),
    line('progress', progressLine(incident, reader)),
    buttons(incident),
    fact('Why', why(incident, reader)),
    fact('Hurt', hurt(incident)),
    fact('Well', join(incident.wellServices.slice(0, MOST_NAMES).map(name), ', ')),
    fact('Gaps', gaps(incident, reader)),
    fact('Ruled out', join(incident.ruledOut.slice(0, MOST_LINES).map(sentence), '; ')),
    chartPart(incident),
    evidencePart(incident, reader),
  ]
  return { key: incident.id, parts: parts.filter(part => part !== undefined) }
}

const SUREST = 0.99 // rounding must not claim certainty
const MOST_LINES = 3
const MOST_NAMES = 6

/** What a press may set going: nothing while the cause is unclear, or rests on what anybody on the internet can write. */
function offered(incident: Incident): Remedy[] {
  const waiting = pressable(incident)
  if (incident.phase === 'acting' || incident.phase === 'verifying') return []
  return incident.confidence < UNCLEAR || restsOnPublicOnly(incident) ? waiting.filter(({ undoes }) => undoes) : waiting
}

/** Whether every signal the likeliest cause rests on could have been written by anybody. */
export function restsOnPublicOnly({ rootCauses, signals }: Incident): boolean {
  const evidence = new Set(rootCauses[0]?.evidence)
  const cited = signals.filter(({ id }) => evidence.has(id))
  return cited.length > 0 && cited.every(({ writer }) => writer === 'public')
}

function actLine(incident: Incident): Part | undefined {
  const [remedy] = offered(incident)
  if (remedy) {
    const text = say`${sentence(remedy.title)}. ${words(atStake(remedy))}`
    return { kind: 'act', text, sure: Math.min(incident.confidence, SUREST) }
  }
  const advice = incident.remedies.find(({ call, state }) => call === undefined && state === 'PROPOSED')
  return advice && incident.phase === 'open' ? { kind: 'act', text: [sentence(advice.title)] } : undefined
}

/** "Low risk, 2 pods, can be undone." */
function atStake({ riskLevel, preview }: Remedy): string {
  const risk = `${riskLevel.charAt(0).toUpperCase()}${riskLevel.slice(1)} risk`
  return `${[risk, ...(preview ? [podCount(preview), preview.inverse ? 'can be undone' : 'cannot be undone'] : [])].join(', ')}.`
}

export function podCount({ pods }: Preview): string {
  return pods === 1 ? '1 pod' : `${pods} pods`
}

function progressLine(incident: Incident, reader: Reader): Text {
  const acted = latestActed(incident)
  const remedy = acted ?? incident.remedies.findLast(({ state }) => state === 'DENIED')
  return remedy ? progress(remedy, reader) : acknowledgement(incident)
}

function buttons(incident: Incident): Part {
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
  const details: Button = { label: say`Details`, action: { kind: 'details', incident: incident.id }, weight: 'plain' }
  const items = [...rest.map(inFull), ...questions(incident), ...closing(incident)]
  return { kind: 'buttons', buttons: [...shown, details], menu: { label: 'Something else', items } }
}

/** The three dots: it only looks, and asks again. */
function previewButton(remedy: Remedy): Button & { full: Text } {
  const label = say`${words(verb(remedy).imperative)}…`
  return {
    label,
    full: say`${sentence(remedy.title)}…`,
    action: { kind: 'preview', remedy: remedy.id },
    weight: 'plain',
  }
}

function undoButton({ id, title }: Remedy): Button & { full: Text } {
  return {
    label: say`Undo`,
    full: say`Undo: ${sentence(title)}`,
    action: { kind: 'undo', remedy: id },
    weight: 'plain',
  }
}

function short(button: (Button & { full: Text }) | undefined): Button[] {
  if (!button) return []
  const { full: _full, ...kept } = button
  return [kept]
}

/** In a menu there is room to say which. */
function inFull({ full, ...button }: Button & { full: Text }): Button {
  return { ...button, label: full }
}

function questions({ id }: Incident): Button[] {
  return ['Why do you think so?', 'What else could it be?', 'What changed?'].map(question => ({
    label: [words(question)],
    action: { kind: 'ask', incident: id, question },
    weight: 'plain',
  }))
}

function closing(incident: Incident): Button[] {
  const { id, phase, acknowledgedBy } = incident
  if (phase === 'resolved') return []
  const acknowledge: Button = {
    label: say`I am looking at it`,
    action: { kind: 'acknowledge', incident: id },
    weight: 'plain',
  }
  const resolve: Button = { label: say`Close as resolved`, action: { kind: 'resolve', incident: id }, weight: 'plain' }
  return [...(acknowledgedBy || latestActed(incident) ? [] : [acknowledge]), resolve]
}

function hurt(incident: Incident): Text {
  const titles = [...new Set(feltByService(incident).map(({ title }) => title))]
  if (titles.length === 0) return join(incident.services.slice(0, MOST_NAMES).map(name), ', ')
  const more = titles.length - MOST_LINES
  const shown = join(titles.slice(0, MOST_LINES).map(sentence), ', ')
  return more > 0 ? say`${shown}, ${words(`${more} more`)}` : shown
}

function gaps(incident: Incident, reader: Reader): Text {
  const unread = incident.missing.slice(0, MOST_LINES).map(missing => {
    const what = isWhole(missing) ? undefined : say` ${name(missing.what)}`
    const since = missing.since === undefined ? undefined : say` since ${clock(missing.since, reader)}`
    return say`${words(SOURCE_NAMES[missing.source])}${what} unreadable${since} (${sentence(missing.why)})`
  })
  const weak = restsOnPublicOnly(incident)
    ? [say`the cause rests only on text that anybody can send, so no button acts on it`]
    : []
  return join([...unread, ...weak], '; ')
}

function chartPart(incident: Incident): Part | undefined {
  const title = chartTitle(incident)
  return title && { kind: 'chart', incident: incident.id, title }
}

function evidencePart(incident: Incident, reader: Reader): Part | undefined {
  const { items, more } = evidenceOf(incident, reader)
  return items.length > 0 ? { kind: 'evidence', items, more } : undefined
}

function fact(label: (Part & { kind: 'fact' })['label'], text: Text): Part | undefined {
  return text.length > 0 ? { kind: 'fact', label, text } : undefined
}

function line(kind: 'progress', text: Text): Part | undefined {
  return text.length > 0 ? { kind, text } : undefined
}
