// Patterns to one deterministic automaton that reads bytes: a table, one step a byte whatever the patterns are.
// Thompson's construction and the subset construction: Aho, Sethi, Ullman, Compilers, 1986, sections 3.6 and 3.7.
import { Fault } from '#incident/fault.ts'
import { onlyByte, parsePattern, type Pattern } from './byte-pattern.ts'

export type Automaton = {
  /**
   * A row for each state: the first pattern that may end here, counted from 1, or NO_PATTERN; then where each class of bytes
   * leads. States are places of rows in the table and classes are columns of a row, both in bytes, so a step is one load from
   * `place + columnOf[byte]`. At place 0 every hope ends.
   */
  table: Int32Array
  /** Of each of the 256 bytes; bytes of one class are never told apart. */
  columnOf: Uint16Array
  /** Where to begin in a line that holds one of the signs. */
  start: number
  /** Where to begin in any other line: patterns that cannot match without one of the signs are not tried. */
  startWithoutSigns: number
}

/** More than any pattern's number, so that the least number of all that may end at a place is the one to take. */
export const NO_PATTERN = 256

export const ENTRY_BYTES = 4

/** Entries of a table: 4 MB. */
const TABLE_SIZE = 1 << 20
const MOST_STATES = 8192 // the built-in rules have 920
const MOST_STEPS = 20_000 // of the automaton before it is made deterministic; the built-in rules have 810
/** Steps built and gone through, for all states together: a second or two. The built-in rules take 110,000. */
const MOST_WORK = 5_000_000

/**
 * At most 255 patterns, the first the most important. Signs are short texts of ASCII. Patterns that make too large a table
 * are a Fault `validation`.
 */
export function automatonOf(patterns: readonly string[], signs: readonly string[]): Automaton {
  const nfa = new Nfa()
  const parsed = patterns.map(parsePattern)
  const starts = parsed.map((pattern, i) => nfa.build(pattern, nfa.add({ accepts: i + 1 })))
  const without = starts.filter((_, i) => !signs.some(sign => needs(parsed[i]!, sign)))
  const { classOf, samples } = classesOf(nfa.steps)
  const width = samples.length + 1
  const states: number[][] = []
  const places = new Map<string, number>()
  const placeOf = (reached: number[]): number => {
    const key = reached.join()
    const known = places.get(key)
    if (known !== undefined) return known
    const place = ENTRY_BYTES * width * states.length
    if (states.push(reached) > MOST_STATES || width * states.length > TABLE_SIZE) throw tooLarge()
    places.set(key, place)
    return place
  }
  placeOf([])
  const start = placeOf(nfa.closure(starts))
  const startWithoutSigns = placeOf(nfa.closure(without))
  const table: number[] = []
  for (const state of states) {
    table.push(Math.min(NO_PATTERN, ...state.map(step => nfa.steps[step]!.accepts ?? NO_PATTERN)))
    for (const byte of samples) table.push(placeOf(nfa.closure(nfa.read(state, byte))))
  }
  const columnOf = Uint16Array.from(classOf, of => ENTRY_BYTES * (of + 1))
  return { table: Int32Array.from(table), columnOf, start, startWithoutSigns }
}

/** Whether every match is sure to hold this text: it stands in the pattern, letter by letter, where no match goes around it. */
function needs(pattern: Pattern, text: string): boolean {
  switch (pattern.kind) {
    case 'bytes':
      return literals([pattern]) === text
    case 'sequence':
      return literals(pattern.of).includes(text) || pattern.of.some(part => needs(part, text))
    case 'choice':
      return pattern.of.every(part => needs(part, text))
    case 'repeat':
      return pattern.least > 0 && needs(pattern.of, text)
  }
}

/** A letter for each part that matches no other byte, a line feed for any other part. */
function literals(parts: readonly Pattern[]): string {
  const bytes = parts.map(part => (part.kind === 'bytes' ? onlyByte(part.has) : undefined))
  return String.fromCharCode(...bytes.map(byte => byte ?? 10))
}

/** Reads one byte and goes on to `to`, or goes on to each of `ways` unread, or accepts. */
type Step = { has?: Uint8Array; to?: number; ways?: number[]; accepts?: number }

class Nfa {
  readonly steps: Step[] = []
  #work = 0

  add(step: Step): number {
    if (this.steps.length >= MOST_STEPS) throw tooLarge()
    return this.steps.push(step) - 1
  }

  /** Where the pattern begins that goes on to `then`. */
  build(pattern: Pattern, then: number): number {
    this.#spend(1)
    switch (pattern.kind) {
      case 'bytes':
        return this.add({ has: pattern.has, to: then })
      case 'sequence':
        return pattern.of.reduceRight((after, part) => this.build(part, after), then)
      case 'choice':
        return this.add({ ways: pattern.of.map(part => this.build(part, then)) })
      case 'repeat':
        return this.#repeat(pattern.of, pattern.least, pattern.most, then)
    }
  }

  #repeat(of: Pattern, least: number, most: number, then: number): number {
    let start = then
    if (most === Infinity) {
      const ways = [then]
      start = this.add({ ways })
      ways.push(this.build(of, start))
    } else {
      for (let time = least; time < most; time++) start = this.add({ ways: [then, this.build(of, start)] })
    }
    for (let time = 0; time < least; time++) start = this.build(of, start)
    return start
  }

  /** All that is reached without reading, in order, steps that read or accept only. */
  closure(from: readonly number[]): number[] {
    const seen = new Set(from)
    for (const step of seen) for (const way of this.steps[step]!.ways ?? []) seen.add(way)
    this.#spend(seen.size)
    return [...seen].filter(step => !this.steps[step]!.ways).toSorted((a, b) => a - b)
  }

  read(from: readonly number[], byte: number): number[] {
    return from.flatMap(step => {
      const { has, to } = this.steps[step]!
      return has?.[byte] ? [to!] : []
    })
  }

  /** Repetitions of repetitions of nothing add no step and end no sooner. */
  #spend(work: number): void {
    this.#work += work
    if (this.#work > MOST_WORK) throw tooLarge()
  }
}

/** Bytes that every step treats alike share a class; `samples` has one byte of each. */
function classesOf(steps: readonly Step[]): { classOf: Uint8Array; samples: number[] } {
  const classOf = new Uint8Array(256)
  let classes = 1
  for (const has of new Set(steps.flatMap(step => (step.has ? [step.has] : [])))) {
    const split = new Map<number, number>()
    for (let byte = 0; byte < 256; byte++) {
      const pair = 2 * classOf[byte]! + has[byte]!
      if (!split.has(pair)) split.set(pair, split.size)
      classOf[byte] = split.get(pair)!
    }
    classes = split.size
  }
  return { classOf, samples: Array.from({ length: classes }, (_, of) => classOf.indexOf(of)) }
}

function tooLarge(): Fault {
  return new Fault('validation', 'The rules make a table that is too large. Repeat less, or use fewer rules.')
}
