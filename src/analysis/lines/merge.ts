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
  const vocabulary = new Vocabulary()
  const origin = new Map<string, string>() // shape -> its text so far
  let texts = new Map<string, Int32Array>() // text -> its words
  for (const shape of shapes) {
    origin.set(shape, shape)
    texts.set(shape, vocabulary.encode(shape))
  }
  for (;;) {
    const changed = generalise(texts)
    if (changed.size === 0) return named(origin)
    const next = new Map([...texts].filter(([text]) => !changed.has(text)))
    const renamed = new Map<string, string>()
    for (const [text, words] of changed) {
      const general = vocabulary.decode(words)
      renamed.set(text, general)
      next.set(general, words)
    }
    for (const [shape, text] of origin) origin.set(shape, renamed.get(text) ?? text)
    texts = next
  }
}

/** Words as numbers. */
class Vocabulary {
  static readonly star = 0
  readonly #words = ['*']
  readonly #ids = new Map([['*', Vocabulary.star]])

  encode(text: string): Int32Array {
    const words = text.split(' ')
    const ids = new Int32Array(words.length)
    for (let i = 0; i < words.length; i++) ids[i] = this.#idOf(words[i]!)
    return ids
  }

  decode(ids: Int32Array): string {
    return Array.from(ids, id => this.#words[id]!).join(' ')
  }

  #idOf(word: string): number {
    const known = this.#ids.get(word)
    if (known !== undefined) return known
    this.#ids.set(word, this.#words.length)
    return this.#words.push(word) - 1
  }
}

/** One round: the texts that change, and their words then. All places are judged by the same set of texts. */
function generalise(texts: ReadonlyMap<string, Int32Array>): Map<string, Int32Array> {
  let total = 0
  for (const words of texts.values()) total += words.length
  const contexts = new Contexts(total)
  const contextOf = new Int32Array(total).fill(-1) // of each place, in the order of texts
  let place = 0
  for (const words of texts.values()) {
    contexts.note(words, contextOf.subarray(place, place + words.length))
    place += words.length
  }
  const changed = new Map<string, Int32Array>()
  place = 0
  for (const [text, words] of texts) {
    let general: Int32Array | undefined
    for (let i = 0; i < words.length; i++) {
      if (!contexts.isOpen(contextOf[place++]!)) continue
      general ??= words.slice()
      general[i] = Vocabulary.star
    }
    if (general) changed.set(text, withoutDoubleStars(general))
  }
  return changed
}

function withoutDoubleStars(words: Int32Array): Int32Array {
  return words.filter((word, i) => word !== Vocabulary.star || words[i - 1] !== Vocabulary.star)
}

/** A context is all that stands before and after a place. Keeps the different words seen in each, up to VARIETY. */
class Contexts {
  readonly #mask: number
  readonly #before: Int32Array
  readonly #after: Int32Array
  readonly #words: Int32Array // VARIETY for each context
  readonly #variety: Uint8Array // how many of them; 0 where the slot is free

  /** A hash table with open addressing, at most half full. */
  constructor(places: number) {
    const slots = 2 ** Math.ceil(Math.log2(2 * places + 1))
    this.#mask = slots - 1
    this.#before = new Int32Array(slots)
    this.#after = new Int32Array(slots)
    this.#words = new Int32Array(slots * VARIETY)
    this.#variety = new Uint8Array(slots)
  }

  /** Adds each word that has enough others beside it, and writes which context it stands in; -1 for the rest. */
  note(words: Int32Array, contextOf: Int32Array): void {
    let fixed = 0
    for (const word of words) if (word !== Vocabulary.star) fixed++
    if (fixed <= WORDS_ELSEWHERE) return
    const after = new Int32Array(words.length)
    for (let i = words.length - 1; i > 0; i--) after[i - 1] = mix(after[i]!, words[i]!)
    let before = 0
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!
      if (word !== Vocabulary.star) contextOf[i] = this.#add(before, after[i]!, word)
      before = mix(before, word)
    }
  }

  isOpen(context: number): boolean {
    return context >= 0 && this.#variety[context] === VARIETY
  }

  /** 64 bits stand for a context: the odds that two of a million share them are 1 in 30 million. */
  #add(before: number, after: number, word: number): number {
    let slot = mix(before, after) & this.#mask
    while (this.#variety[slot] && (this.#before[slot] !== before || this.#after[slot] !== after)) {
      slot = (slot + 1) & this.#mask
    }
    this.#before[slot] = before
    this.#after[slot] = after
    const variety = this.#variety[slot]!
    const start = slot * VARIETY
    for (let i = start; i < start + variety; i++) if (this.#words[i] === word) return slot
    if (variety === VARIETY) return slot
    this.#words[start + variety] = word
    this.#variety[slot] = variety + 1
    return slot
  }
}

/** Takes one more number into a 32-bit hash, in which order matters: MurmurHash3, by Austin Appleby (public domain). */
function mix(sum: number, next: number): number {
  let k = Math.imul(next, 0xcc9e2d51)
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  const h = sum ^ k
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
}

function named(origin: ReadonlyMap<string, string>): Map<string, TemplateName> {
  const byText = new Map<string, string>() // text -> id
  const best = new Map<string, TemplateName>() // by id: the longest text, of equally long ones the first by alphabet
  for (const text of new Set(origin.values())) {
    const id = identify(text)
    byText.set(text, id)
    const name = best.get(id)
    const longer = text.length - (name?.text.length ?? 0)
    if (!name || longer > 0 || (longer === 0 && text < name.text)) best.set(id, { id, text })
  }
  const names = new Map<string, TemplateName>()
  for (const [shape, text] of origin) names.set(shape, best.get(byText.get(text)!)!)
  return names
}

function identify(text: string): string {
  const words = text.split(' ').filter(word => word !== '*')
  return hash('sha256', words.join(' ') || '*').slice(0, 12)
}
