// The shape of a log line: the words that say which message it is, with a * where something varies.
// One pass over the line, linear in its length. Which shapes are the same message is decided in `templates.ts`.

/** A shape reads this much of a line (an event may be a megabyte); what tells messages apart stands at the start. */
const SHAPE_LIMIT = 4000

/** A longer quotation is prose, not a name. */
const QUOTE_LIMIT = 120

/**
 * The words of a line in order, one space between them; `*` stands for anything variable.
 * Of several lines (a stack trace) only the first is read. Without any word the shape is '' or '*'.
 *
 * @example
 * shape('Dec 10 06:55:46 PDT web-5c7d9f-kxqzp used 3.5 MB (12 %) in /var/log, took <1 sec')
 *   // '* used * in * took *'
 */
export function shape(line: string): string {
  return new Scanner(line).words().join(' ')
}

// What a character is; a chunk or a part carries the flags of all its characters.
const SPLIT = 1
const LETTER = 2
const DIGIT = 4
const COLON = 8
const SLASH = 16
const DOT = 32
const AT = 64
const NAME = 128 // - and _, which names hold
const NOT_HEX = 256
const FOREIGN = 512 // outside ASCII: letter or sign, only Unicode's tables know
const EDGE = 1024 // stripped around a part

const KIND = kinds()

function kinds(): Uint16Array {
  const table = new Uint16Array(128).fill(NOT_HEX)
  table.fill(SPLIT, 0, 33)
  const add = (characters: string, flags: number) => {
    for (const character of characters) table[character.charCodeAt(0)] = flags
  }
  add(',;"\'`()[]{}<>|=\x7f', SPLIT)
  add('abcdefABCDEF', LETTER)
  add('ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ', LETTER | NOT_HEX)
  add('0123456789', DIGIT)
  add('-_', NAME | NOT_HEX)
  add('*!?&^~#$', EDGE | NOT_HEX)
  add('/\\', EDGE | SLASH | NOT_HEX)
  add('.', EDGE | DOT | NOT_HEX)
  add(':', COLON)
  add('@', AT | NOT_HEX)
  return table
}

function kindOf(code: number): number {
  return code < 128 ? KIND[code]! : FOREIGN | NOT_HEX
}

const LINE_FEED = codeOf('\n')
const SPACE = codeOf(' ')
const EQUALS = codeOf('=')
const QUOTES = [codeOf('"'), codeOf("'"), codeOf('`')]

function codeOf(character: string): number {
  return character.charCodeAt(0)
}

/** Keys whose value says which message it is, so the value is kept. */
const SAYS = set(`msg message error err exception reason event action state status level severity lvl code type kind
  method op operation cause`)
const PLAIN_VALUES = set('true false yes no on off ok')
const UNITS = set(`b kb mb gb tb kib mib gib tib byte bytes bit bits ns us ms s sec secs second seconds min mins minute
  minutes hr hrs hour hours day days millis millisecond milliseconds microsecond microseconds percent`)
const LONGEST_UNIT = 'milliseconds'.length
const DATES = set(`Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec AM PM UTC GMT PST PDT EST
  EDT CST CDT MST MDT CET CEST`)
const DOMAINS = set('com net org edu gov io dev app cloud info local internal lan svc arpa')
const PATH_START = /^(?:\.{0,2}|~|[A-Za-z]:)[/\\]./
const MAIL_ADDRESS = /^[^@]+@[^@.]+\.[^@]/
/** What Kubernetes appends to generated names: its alphabet has no vowels and no 0, 1 or 3. */
const GENERATED_SUFFIX = /-[bcdfghjklmnpqrstvwxz2456789]{5}$/
const ALPHANUMERIC = /[\p{L}\p{N}]/u

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/))
}

/**
 * The UTF-16 codes of the line being read, a line feed behind them: a typed array is read twice as fast as a string.
 * Filled anew for each line.
 */
const CODES = new Uint16Array(SHAPE_LIMIT + 1)
const CODES_AS_BYTES = Buffer.from(CODES.buffer)

/** Reads one line. Positions are indexes into the line and into CODES. */
class Scanner {
  readonly #line: string
  readonly #words: string[] = []
  /** The JSON key whose value comes next, '' where none does. */
  #key = ''

  constructor(line: string) {
    this.#line = line
    const bytes = CODES_AS_BYTES.write(line, 0, 2 * SHAPE_LIMIT, 'utf16le')
    CODES[bytes / 2] = LINE_FEED
  }

  words(): string[] {
    for (let at = 0; ; ) {
      const start = at
      let flags = 0
      let code = CODES[at]!
      for (let kind = kindOf(code); kind !== SPLIT; kind = kindOf(code)) {
        flags |= kind
        code = CODES[++at]!
      }
      if (flags & (LETTER | DIGIT | FOREIGN)) this.#chunk(start, at, flags)
      if (code === LINE_FEED) return this.#words
      at = QUOTES.includes(code) ? this.#quotation(at, code) : at + 1
    }
  }

  /** Text between two splitting characters. */
  #chunk(start: number, end: number, flags: number): void {
    const varies = this.#isVariableValue(start)
    if (!(flags & (COLON | AT | EDGE))) this.#part(start, end, flags, varies)
    else if (this.#isAddress(start, end, flags)) this.#star()
    else this.#parts(start, end, varies)
  }

  /** The one word right after key= or "key":, unless the key is one that says which message it is. */
  #isVariableValue(start: number): boolean {
    let key = this.#key
    if (key !== '') this.#key = ''
    else if (start > 1 && CODES[start - 1] === EQUALS) key = this.#keyBefore(start - 1)
    return key !== '' && !SAYS.has(key.toLowerCase())
  }

  /** The name that ends before `equals`, '' where none does. */
  #keyBefore(equals: number): string {
    let start = equals
    while (start > 0 && kindOf(CODES[start - 1]!) & (LETTER | DIGIT | FOREIGN | NAME)) start--
    return this.#line.slice(start, equals)
  }

  /** A URL, a mail address, a path, a MAC or an IPv6 address. */
  #isAddress(start: number, end: number, flags: number): boolean {
    if (flags & AT && MAIL_ADDRESS.test(this.#line.slice(start, end))) return true
    if (flags & SLASH) return this.#isPath(start, end)
    if (!(flags & COLON) || flags & (NOT_HEX | FOREIGN)) return false
    let colons = 0
    for (let i = start; i < end; i++) if (kindOf(CODES[i]!) & COLON) colons++
    return colons >= 3
  }

  /** /x ./x ../x ~/x C:\x, or two slashes anywhere (as in a URL). */
  #isPath(start: number, end: number): boolean {
    let slashes = 0
    for (let i = start; i < end; i++) if (kindOf(CODES[i]!) & SLASH) slashes++
    if (slashes >= 2) return true
    return PATH_START.test(this.#line.slice(start, Math.min(end, start + 4)))
  }

  /** Splits at colons and at runs of dots, strips what stands around each part. */
  #parts(start: number, end: number, varies: boolean): void {
    let from = start
    let flags = 0
    for (let at = start; at <= end; at++) {
      const kind = at < end ? kindOf(CODES[at]!) : COLON
      const isBetween = kind & COLON || (kind & DOT && at + 1 < end && kindOf(CODES[at + 1]!) & DOT)
      if (!isBetween) {
        flags |= kind
        continue
      }
      if (flags & (LETTER | DIGIT | FOREIGN)) {
        let to = at
        while (kindOf(CODES[from]!) & EDGE) from++
        while (kindOf(CODES[to - 1]!) & EDGE) to--
        const isFirst = from === start
        this.#part(from, to, flags, varies && isFirst, this.#isPort(at, end))
      }
      from = at + 1
      flags = 0
    }
  }

  /** A colon at `colon`, then two to five digits and no more. */
  #isPort(colon: number, end: number): boolean {
    if (colon >= end || !(kindOf(CODES[colon]!) & COLON)) return false
    let at = colon + 1
    while (at < end && kindOf(CODES[at]!) & DIGIT) at++
    const digits = at - colon - 1
    return digits >= 2 && digits <= 5 && (at === end || (kindOf(CODES[at]!) & COLON) !== 0)
  }

  #part(start: number, end: number, flags: number, varies: boolean, beforePort = false): void {
    if (flags & DIGIT) return this.#star()
    const word = this.#line.slice(start, end)
    if (!(flags & (NOT_HEX | FOREIGN)) && word.length >= 8) return this.#star()
    if (flags & DOT && isHost(word, beforePort)) return this.#star()
    if (flags & NAME && GENERATED_SUFFIX.test(word)) return this.#star()
    if (varies && !PLAIN_VALUES.has(word.toLowerCase())) return this.#star()
    if (!(flags & LETTER) && !ALPHANUMERIC.test(word)) return
    this.#word(word)
  }

  /** A name in quotes varies, except as a JSON key or as the value of a key that says something; returns where to go on. */
  #quotation(open: number, mark: number): number {
    const start = open + 1
    let close = start
    while (CODES[close] !== mark) {
      if (CODES[close] === LINE_FEED || CODES[close] === SPACE || close - start > QUOTE_LIMIT) return start
      close++
    }
    const quoted = this.#line.slice(start, close)

    let before = open - 1
    while (before >= 0 && CODES[before] === SPACE) before--
    const opener = this.#line[before]
    if ((opener === '{' || opener === ',') && kindOf(CODES[close + 1]!) & COLON) {
      this.#keep(quoted)
      this.#key = quoted
      return close + 1
    }
    const key = opener === '=' ? this.#keyBefore(before) : opener === ':' ? this.#key : ''
    this.#key = ''
    if (SAYS.has(key.toLowerCase())) this.#keep(quoted)
    else if (quoted !== '') this.#star()
    return close + 1
  }

  /** The words of a quotation; it may hold splitting characters of its own. */
  #keep(quoted: string): void {
    for (const word of quoted.split(/[,;"'`()[\]{}<>|=]/)) {
      if (/\d/.test(word)) this.#star()
      else if (ALPHANUMERIC.test(word)) this.#word(word)
    }
  }

  #word(word: string): void {
    if (this.#words.at(-1) === '*' && (isDate(word) || isUnit(word))) return
    this.#words.push(word)
  }

  #star(): void {
    const words = this.#words
    while (words.length > 0 && isDate(words[words.length - 1]!)) words.pop()
    if (words[words.length - 1] !== '*') words.push('*')
  }
}

function isHost(word: string, beforePort: boolean): boolean {
  const dot = word.lastIndexOf('.')
  return dot > 0 && (beforePort || DOMAINS.has(word.slice(dot + 1).toLowerCase()))
}

function isUnit(word: string): boolean {
  return word.length <= LONGEST_UNIT && UNITS.has(word.toLowerCase())
}

function isDate(word: string): boolean {
  return word.length <= 4 && word.charCodeAt(0) < 91 && DATES.has(word)
}
