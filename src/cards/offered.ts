// What a press may set going, and what is said of it before anybody looks: no button acts on a guess, or on what strangers wrote.
import type { Incident } from '#incident/incident.ts'
import type { Remedy } from '#incident/remedy.ts'
import { say, sentence, words } from './card.ts'
import type { Part } from './card.ts'
import { UNCLEAR } from './incident-headline.ts'
import { podCount, pressable } from './remedy-words.ts'

/** Nothing while the cause is unclear, or rests on what anybody on the internet can write: then only undoing is left. */
export function offered(incident: Incident): Remedy[] {
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

const SUREST = 0.99 // rounding must not claim certainty

export function actLine(incident: Incident): Part | undefined {
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
