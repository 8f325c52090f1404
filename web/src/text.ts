// A card's text as a string, and what keeps a number with its unit.
import type { Text } from '#cards/card.ts'

export function plain(text: Text): string {
  return text.map(run => (run.kind === 'telemetry' && run.quoted ? `“${run.text}”` : run.text)).join('')
}

const AMOUNT = /(\d) (?=(?:%|ms|s|min|h|d|[kMGT]?B|pods?)(?![a-zA-Z]))/g

/** A number and its unit stay on one line. */
export function together(text: string): string {
  return text.replace(AMOUNT, '$1\u00A0')
}
