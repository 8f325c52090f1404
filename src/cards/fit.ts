// Makes a card small enough for a platform: long lists are cut first, then whole lines from the bottom, menus last; the card says what is missing.
import { words } from './card.ts'
import type { Card, Part } from './card.ts'

/** The same card where it fits; at the least its first lines and its buttons. `fits` is asked a few dozen times at most. */
export function fitted(card: Card, fits: (card: Card) => boolean): Card {
  let smallest = card
  for (const smaller of everSmaller(card)) {
    smallest = smaller
    if (fits(smaller)) break
  }
  return smallest
}

function* everSmaller({ key, parts }: Card): Generator<Card> {
  const kept = parts.map(countOf)
  let left = parts.length
  const card = () => ({ key, parts: partsLeft(parts, kept, left) })
  const all = Array.from(parts.keys())
  const isMenu = (index: number) => parts[index]?.kind === 'buttons'

  yield card()
  yield* shorter(all.filter(index => !isMenu(index)))
  for (const index of all.toReversed().filter(each => !stays(parts[each]))) {
    left = index
    yield card()
  }
  yield* shorter(all.filter(isMenu))

  /** The longest of them, an eighth at a time: few steps, and little is lost. */
  function* shorter(lists: readonly number[]): Generator<Card> {
    for (;;) {
      const longest = Math.max(0, ...lists.map(index => kept[index] ?? 0))
      if (longest < 2) return
      kept[kept.findLastIndex((count, index) => count === longest && lists.includes(index))] =
        longest - Math.ceil(longest / 8)
      yield card()
    }
  }
}

const STAYS: readonly Part['kind'][] = ['headline', 'verdict', 'act', 'buttons']

function stays(part: Part | undefined): boolean {
  return part !== undefined && STAYS.includes(part.kind)
}

/** `kept`: how many of each part's items; `left`: of the parts from this one on, only what always stays. */
function partsLeft(parts: readonly Part[], kept: readonly number[], left: number): Part[] {
  const shown = parts.map((part, i) => shortened(part, kept[i] ?? 0)).filter((part, i) => i < left || stays(part))
  const missing = parts.length - shown.length
  if (missing === 0) return shown
  const text = [words(`${missing} more ${missing === 1 ? 'line does' : 'lines do'} not fit here.`)]
  return [...shown, { kind: 'note', text }]
}

function countOf(part: Part): number {
  switch (part.kind) {
    case 'evidence':
    case 'list':
    case 'claims':
      return part.items.length
    case 'diff':
      return part.lines.length
    case 'buttons':
      return part.menu?.items.length ?? 0
    default:
      return 0
  }
}

function shortened(part: Part, kept: number): Part {
  const more = countOf(part) - kept
  if (more === 0) return part
  const count = `+${more} more`
  switch (part.kind) {
    case 'evidence':
      return { ...part, items: part.items.slice(0, kept), more: part.more + more }
    case 'list':
      return { ...part, items: part.items.slice(0, kept), more: part.more + more }
    case 'claims':
      return { ...part, items: [...part.items.slice(0, kept), { text: [words(count)], evidence: [] }] }
    case 'diff':
      return { ...part, lines: [...part.lines.slice(0, kept), [words(count)]] }
    case 'buttons': {
      const { label = '', items = [] } = part.menu ?? {}
      return { ...part, menu: { label: `${label} (${count})`, items: items.slice(0, kept) } }
    }
    default:
      return part
  }
}
