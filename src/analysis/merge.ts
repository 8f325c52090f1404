// Which shapes are the same message: a place where shapes that are otherwise equal differ in many ways is a variable.
// A function of the set of shapes alone; counting lines is `templates.ts`.
import { hash } from 'node:crypto'

/** What a shape belongs to. */
export type TemplateName = {
  /** 12 hexadecimal digits, a hash of the words without `*`: the same in every run. */
  id: string
  /** The words in order, one space between them, `*` where something varies. */
  text: string
}

/** At this many different words a place is a variable. 3 to 6 give the same on 8 public systems; 2 and 8 are worse. */
const VARIETY = 4

/** With fewer words elsewhere, two shapes are not "otherwise equal" but merely short. */
const WORDS_ELSEWHERE = 2

/**
 * The template of each shape. Texts that differ only in where a variable may be empty share an id and the longest text.
 * Time is linear in the words of all shapes for each round; two to four rounds are usual.
 *
 * @example
 * merge(['login by ann failed', 'login by bob failed', 'login by cyd failed', 'login by dan failed'])
 *   // each -> { text: 'login by * failed' }
 */
export function merge(shapes: Iterable<string>): Map<string, TemplateName> {
  const origin = new Map<string, string>() // shape -> text so far
  for (const shape of shapes) origin.set(shape, shape)
  let texts = new Set(origin.values())
  for (;;) {
    const changed = generalise(texts)
    if (changed.size === 0) break
    for (const [shape, text] of origin) {
      const next = changed.get(text)
      if (next !== undefined) origin.set(shape, next)
    }
    texts = new Set(origin.values())
  }
  return named(origin)
}

/** One round: the texts that change, and into what. */
function generalise(texts: ReadonlySet<string>): Map<string, string> {
  const variety = new Variety()
  for (const text of texts) {
    eachPlace(text, (words, place, context) => variety.add(context, words[place]!))
  }
  const changed = new Map<string, string>()
  for (const text of texts) {
    let general: string[] | undefined
    eachPlace(text, (words, place, context) => {
      if (variety.of(context) < VARIETY) return
      general ??= [...words]
      general[place] = '*'
    })
    if (general) changed.set(text, joinStars(general))
  }
  return changed
}

/** Calls `visit` for each word that has enough words elsewhere, with a hash of all that stands before and after it. */
function eachPlace(text: string, visit: (words: string[], place: number, context: number) => void): void {
  const words = text.split(' ')
  let fixed = 0
  const hashes: number[] = []
  for (const word of words) {
    if (word !== '*') fixed++
    hashes.push(hashWord(word))
  }
  if (fixed <= WORDS_ELSEWHERE) return
  const after: number[] = [0]
  for (let i = words.length - 1; i > 0; i--) after.push(step(after.at(-1)!, hashes[i]!))
  let before = 0
  for (let i = 0; i < words.length; i++) {
    // 53 bits: 32 of what is before, 21 of what is after. A clash among a million contexts has odds of 1 in 10,000.
    if (words[i] !== '*') visit(words, i, (before >>> 0) * 2 ** 21 + (after[words.length - 1 - i]! >>> 11))
    before = step(before, hashes[i]!)
  }
}

/** Counts different words by context, up to VARIETY. */
class Variety {
  readonly #slots = new Map<number, string | string[]>()

  add(context: number, word: string): void {
    const held = this.#slots.get(context)
    if (held === undefined) this.#slots.set(context, word)
    else if (typeof held === 'string') {
      if (held !== word) this.#slots.set(context, [held, word])
    } else if (held.length < VARIETY && !held.includes(word)) held.push(word)
  }

  of(context: number): number {
    const held = this.#slots.get(context)
    return Array.isArray(held) ? held.length : 1
  }
}

function joinStars(words: readonly string[]): string {
  return words.filter((word, i) => word !== '*' || words[i - 1] !== '*').join(' ')
}

function named(origin: ReadonlyMap<string, string>): Map<string, TemplateName> {
  const byText = new Map<string, string>() // text -> id
  const best = new Map<string, TemplateName>() // id -> name
  for (const text of [...new Set(origin.values())].sort()) {
    const id = identify(text)
    byText.set(text, id)
    const name = best.get(id)
    if (!name || text.length > name.text.length) best.set(id, { id, text })
  }
  const names = new Map<string, TemplateName>()
  for (const [shape, text] of origin) names.set(shape, best.get(byText.get(text)!)!)
  return names
}

function identify(text: string): string {
  const words = text.split(' ').filter(word => word !== '*')
  return hash('sha256', words.join(' ') || '*').slice(0, 12)
}

/** FNV-1a over UTF-16 codes, http://www.isthe.com/chongo/tech/comp/fnv/. */
function hashWord(word: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < word.length; i++) h = Math.imul(h ^ word.charCodeAt(i), 0x01000193)
  return h
}

/** Order matters: the multiplier is MurmurHash3's finaliser's. */
function step(sum: number, word: number): number {
  const mixed = Math.imul(sum ^ (sum >>> 15) ^ word, 0x85ebca6b)
  return (mixed ^ (mixed >>> 13)) + 0x9e3779b9
}
