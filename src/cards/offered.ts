// What a press may set going, and what is said of it before anybody looks: no button acts on a guess, or on what strangers wrote.
import type { Incident } from '#incident/incident.ts'
import type { Remedy } from '#incident/remedy.ts'
import { isSameObject } from '#incident/signal.ts'
import type { Severity } from '#incident/signal.ts'
import { say, sentence, words } from './card.ts'
import type { Part, Run } from './card.ts'
import { UNCLEAR } from './incident-headline.ts'
import { podCount, pressable } from './remedy-words.ts'

/**
 * Nothing while the cause is unclear, or rests on what anybody on the internet can write: then only undoing is left. What
 * helped against the same fault of the same object before goes first.
 */
export function offered(incident: Incident): Remedy[] {
  const waiting = pressable(incident).toSorted(
    (a, b) => Number(hasHelpedBefore(incident, b)) - Number(hasHelpedBefore(incident, a)),
  )
  if (incident.phase === 'acting' || incident.phase === 'verifying') return []
  return incident.confidence < UNCLEAR || restsOnPublicOnly(incident) ? waiting.filter(({ undoes }) => undoes) : waiting
}

function hasHelpedBefore({ like }: Incident, { type, target, undoes }: Remedy): boolean {
  const helped = like?.isSame ? like.helped : undefined
  return undoes === undefined && helped !== undefined && helped.type === type && isSameObject(helped.target, target)
}

/** Whether every signal the likeliest cause rests on could have been written by anybody. */
export function restsOnPublicOnly({ rootCauses, signals }: Incident): boolean {
  const evidence = new Set(rootCauses[0]?.evidence)
  const cited = signals.filter(({ id }) => evidence.has(id))
  return cited.length > 0 && cited.every(({ writer }) => writer === 'public')
}

const SUREST = 0.99 // rounding must not claim certainty

/** What to do and by when: how bad it is says how soon. Nothing while somebody's remedy is under way, or when it is over. */
export function actLine(incident: Incident): Part | undefined {
  const [remedy] = offered(incident)
  const when = words(WHEN[incident.severity])
  if (remedy) {
    const text = say`${when}: ${lower(sentence(remedy.title))}. ${words(atStake(remedy))}`
    return { kind: 'act', text, sure: Math.min(incident.confidence, SUREST) }
  }
  if (incident.phase !== 'open') return undefined
  const advice = incident.remedies.find(({ call, state }) => call === undefined && state === 'PROPOSED')
  if (advice) return { kind: 'act', text: say`${when}: ${lower(sentence(advice.title))}.` }
  return { kind: 'act', text: say`${when}: look; no remedy fits what is known.` }
}

const WHEN: Record<Severity, string> = { critical: 'Now', high: 'Now', medium: 'Today', low: 'When there is time' }

/** As it goes on within a sentence; a name such as HPA stays. */
function lower(run: Run): Run {
  const isName = /^\p{Lu}{2}/u.test(run.text)
  return isName ? run : { ...run, text: run.text.charAt(0).toLowerCase() + run.text.slice(1) }
}

/** "Low risk, 2 pods, can be undone." */
function atStake({ riskLevel, preview }: Remedy): string {
  const risk = `${riskLevel.charAt(0).toUpperCase()}${riskLevel.slice(1)} risk`
  return `${[risk, ...(preview ? [podCount(preview), preview.inverse ? 'can be undone' : 'cannot be undone'] : [])].join(', ')}.`
}
