// Regular expressions over bytes, as far as a finite automaton can follow them: no back-references, no looking around, no
// anchors. Parsing only; `byte-automaton.ts` makes tables of it.
import { Fault } from '#incident/fault.ts'

export type Pattern =
  | { kind: 'bytes'; has: Uint8Array } // 256 flags
  | { kind: 'sequence'; of: Pattern[] }
  | { kind: 'choice'; of: Pattern[] }
  | { kind: 'repeat'; of: Pattern; least: number; most: number } // Infinity: without end

/** A larger count makes a table that does not fit a cache. */
const MOST_TIMES = 256

/** Parentheses within parentheses. */
const MOST_DEPTH = 50

/**
 * Knows literals, `.`, `[a-z]`, `[^a-z]`, `\d \w \s \D \W \S`, `\t \xhh`, escaped signs, `(a|b)`, `(?:a)`, `* + ? {2} {2,} {2,5}`.
 * Of other characters than ASCII a literal is its UTF-8 bytes, and a class that is negated has all. Anything else is a
 * Fault `validation` that says where.
 */
export function parsePattern(text: string): Pattern {
  const parser = new Parser(text)
  return parser.whole()
}

class Parser {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): Pattern {
    const pattern = this.#choice()
    if (this.#at < this.#text.length) throw this.#refuse('a ) without its (')
    return pattern
  }

  #choice(): Pattern {
    const of = [this.#sequence()]
    while (this.#take('|')) of.push(this.#sequence())
    return of.length === 1 ? of[0]! : { kind: 'choice', of }
  }

  #sequence(): Pattern {
    const of: Pattern[] = []
    while (this.#at < this.#text.length && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')') {
      of.push(this.#repeated(this.#atom()))
    }
    return { kind: 'sequence', of }
  }

  #repeated(of: Pattern): Pattern {
    const [least, most] = this.#times() ?? [1, 1]
    if (least === 1 && most === 1) return of
    if ('*+?{'.includes(this.#text[this.#at] ?? ' ')) throw this.#refuse('a repetition of a repetition')
    return { kind: 'repeat', of, least, most }
  }

  #times(): [least: number, most: number] | undefined {
    if (this.#take('*')) return [0, Infinity]
    if (this.#take('+')) return [1, Infinity]
    if (this.#take('?')) return [0, 1]
    const counts = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.#text.slice(this.#at, this.#at + 12))
    if (!counts) return undefined
    const least = Number(counts[1])
    const most = counts[2] === undefined ? least : counts[3] === '' ? Infinity : Number(counts[3])
    if (most < least || least > MOST_TIMES || (most > MOST_TIMES && most !== Infinity)) {
      throw this.#refuse(`a repetition out of order or above ${MOST_TIMES}`)
    }
    this.#at += counts[0].length
    return [least, most]
  }

  #atom(): Pattern {
    const sign = this.#next()
    if (sign === '(') return this.#group()
    if (sign === '[') return { kind: 'bytes', has: this.#class() }
    if (sign === '.') return { kind: 'bytes', has: negated(flags('\n')) }
    if (sign === '\\') return { kind: 'bytes', has: this.#escape() }
    if ('*+?{'.includes(sign)) throw this.#refuse(`a ${sign} with nothing to repeat`)
    if (sign === '^' || sign === '$') throw this.#refuse(`an anchor (${sign})`)
    const of = [...Buffer.from(sign)].map<Pattern>(byte => ({ kind: 'bytes', has: flagsOf([byte]) }))
    return of.length === 1 ? of[0]! : { kind: 'sequence', of }
  }

  #group(): Pattern {
    if (this.#text[this.#at] === '?' && this.#text[this.#at + 1] !== ':') throw this.#refuse('a look-around or a name')
    if (this.#take('?')) this.#take(':')
    if (++this.#depth > MOST_DEPTH) throw this.#refuse(`more than ${MOST_DEPTH} groups within each other`)
    const pattern = this.#choice()
    if (!this.#take(')')) throw this.#refuse('a ( without its )')
    this.#depth--
    return pattern
  }

  #class(): Uint8Array {
    const isNegated = this.#take('^')
    const has = new Uint8Array(256)
    for (let isFirst = true; isFirst || this.#text[this.#at] !== ']'; isFirst = false) {
      const from = this.#member()
      const isRange = this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']'
      if (!isRange) {
        for (const [byte, flag] of from.entries()) has[byte]! |= flag
        continue
      }
      this.#at++
      const [first, last] = [onlyByte(from), onlyByte(this.#member())]
      if (first === undefined || last === undefined || last < first) throw this.#refuse('a range out of order')
      has.fill(1, first, last + 1)
    }
    this.#at++
    return isNegated ? negated(has) : has
  }

  #member(): Uint8Array {
    const sign = this.#next()
    if (sign === '\\') return this.#escape()
    if (sign > '\x7f') throw this.#refuse('a class with a character outside ASCII')
    return flags(sign)
  }

  #escape(): Uint8Array {
    const sign = this.#next()
    if (sign === 'x') {
      const digits = this.#text.slice(this.#at, this.#at + 2)
      if (!/^[0-9a-f]{2}$/i.test(digits)) throw this.#refuse('a \\x without two hexadecimal digits')
      this.#at += 2
      return flagsOf([Number.parseInt(digits, 16)])
    }
    const known = ESCAPES[sign]
    if (known) return known
    if (/[A-Za-z0-9]/.test(sign) || sign > '\x7f') throw this.#refuse(`\\${sign}`)
    return flags(sign)
  }

  #next(): string {
    if (this.#at >= this.#text.length) throw this.#refuse('an end in the middle')
    const sign = String.fromCodePoint(this.#text.codePointAt(this.#at)!)
    this.#at += sign.length
    return sign
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false
    this.#at++
    return true
  }

  #refuse(what: string): Fault {
    return new Fault(
      'validation',
      `The pattern ${this.#text.slice(0, 100)} has ${what} at character ${this.#at}. Rules are matched in linear time: use literals, classes, groups, | and repetitions.`,
    )
  }
}

const DIGITS = '0123456789'
const WORD = `${DIGITS}abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_`
const SPACES = ' \t\n\r\f\v'
const ESCAPES: Record<string, Uint8Array> = {
  d: flags(DIGITS),
  D: negated(flags(DIGITS)),
  w: flags(WORD),
  W: negated(flags(WORD)),
  s: flags(SPACES),
  S: negated(flags(SPACES)),
  t: flags('\t'),
}

function flags(characters: string): Uint8Array {
  return flagsOf(Buffer.from(characters, 'latin1'))
}

function flagsOf(bytes: Iterable<number>): Uint8Array {
  const has = new Uint8Array(256)
  for (const byte of bytes) has[byte] = 1
  return has
}

function negated(has: Uint8Array): Uint8Array {
  return has.map(flag => 1 - flag)
}

/** The byte that is in the set, where it is the only one. */
export function onlyByte(has: Uint8Array): number | undefined {
  const first = has.indexOf(1)
  return first >= 0 && first === has.lastIndexOf(1) ? first : undefined
}
