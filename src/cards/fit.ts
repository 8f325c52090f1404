// Makes a card small enough for a platform: long lists are cut first, then whole lines from the bottom; the card says what is missing.
import { words } from './card.ts'
import type { Card, Part } from './card.ts'

/** The same card where it fits; at the least its first lines and its buttons. `fits` is asked a few dozen times at most. */
export function fitted(card: Card, fits: (card: Card) => boolean): Card {
  const counts = card.parts.map(countOf)
  const kept = [...counts]
  for (let left = card.parts.length; ; ) {
    const now = { ...card, parts: partsLeft(card.parts, kept, left) }
    if (fits(now)) return now
    const longest = Math.max(...kept)
    if (longest > 1) {
      const index = kept.lastIndexOf(longest)
      kept[index] = longest - Math.ceil(longest / 8) // few steps, and little is lost
    } else {
      left = card.parts.findLastIndex((part, i) => i < left && !STAYS.includes(part.kind))
      if (left < 0) return now
    }
  }
}

const STAYS: readonly Part['kind'][] = ['headline', 'verdict', 'act', 'buttons']

function partsLeft(parts: readonly Part[], kept: readonly number[], left: number): Part[] {
  const stay = parts
    .map((part, i) => shortened(part, kept[i] ?? 0))
    .filter((part, i) => i < left || STAYS.includes(part.kind))
  const dropped = parts.length - stay.length
  if (dropped === 0) return stay
  return [
    ...stay,
    { kind: 'note', text: [words(`${dropped} more ${dropped === 1 ? 'line does' : 'lines do'} not fit here.`)] },
  ]
}

function countOf(part: Part): number {
  switch (part.kind) {
    case 'evidence':
    case 'list':
    case 'claims':
      return part.items.length
    case 'diff':
      return part.lines.length
    default:
      return 0
  }
}

function shortened(part: Part, kept: number): Part {
  const more = countOf(part) - kept
  if (more === 0) return part
  switch (part.kind) {
    case 'evidence':
      return { ...part, items: part.items.slice(0, kept), more: part.more + more }
    case 'list':
      return { ...part, items: part.items.slice(0, kept), more: part.more + more }
    case 'claims':
      return { ...part, items: [...part.items.slice(0, kept), { text: [words(`+${more} more`)], evidence: [] }] }
    case 'diff':
      return { ...part, lines: [...part.lines.slice(0, kept), [words(`+${more} more`)]] }
    default:
      return part
  }
}
