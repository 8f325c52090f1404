// What every card is put together with: a part with nothing to say is left out, and what is cut is counted.
import { join, words } from './card.ts'
import type { Card, FactLabel, Part, Run, Text } from './card.ts'

export function cardWith(key: string, parts: readonly (Part | undefined)[]): Card {
  return { key, parts: parts.filter(part => part !== undefined) }
}

export function fact(label: FactLabel, text: Text): Part | undefined {
  return text.length > 0 ? { kind: 'fact', label, text } : undefined
}

export function progressPart(text: Text): Part | undefined {
  return text.length > 0 ? { kind: 'progress', text } : undefined
}

/** The first `most` of them, and how many more there are. atMost([a, b, c], 2, ', ') -> 'a, b, +1 more' */
export function atMost(texts: readonly (Run | Text)[], most: number, between: string): Text {
  const more = texts.length - most
  return join([...texts.slice(0, most), ...(more > 0 ? [words(`+${more} more`)] : [])], between)
}
