// Secrets that are written so that no pattern for plain text sees them: in JSON escapes, percent-encoded, in base64; and
// keys that are known by nothing but their randomness.

/**
 * Letters, digits and marks as themselves that JSON or JavaScript has as \u0070 or \x70, however often the text around them
 * was escaped. unescaped('pass\\u0077ord') -> 'password'
 */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(ESCAPED, (written, four?: string, two?: string) => {
    const character = String.fromCharCode(Number.parseInt(four ?? two ?? '', 16))
    return PLAIN.test(character) ? character : written
  })
}

// Not behind what is the beginning of one itself: what came of a first pass is no escape for a second.
const ESCAPED = /(?<!\\u[\da-f]{0,3}|\\x[\da-f]?)\\{1,7}(?:u00([2-7][\da-f])|x([2-7][\da-f]))/gi
const PLAIN = /[\w.:=@/+&?%~-]/

/** With what `hide` finds in decoded runs hidden: a percent-encoded run is told decoded then, one of base64 not at all. */
export function hideEncoded(text: string, hide: (text: string) => string, hidden: string): string {
  const plain = hideRuns(hide(text), hide, hidden)
  if (!plain.includes('%')) return plain
  return plain.replace(UNBROKEN, run => {
    const decoded = percentDecoded(run)
    const safe = decoded === run ? run : hideRuns(hide(decoded), hide, hidden)
    return safe === decoded ? run : safe
  })
}

const UNBROKEN = /(?<![^\s"'<>\\])[^\s"'<>\\]{3,8192}/g
const MOST_ENCODINGS = 4 // one within the other

/** ASCII only: what lies beyond holds no secret that a pattern knows. */
function percentDecoded(run: string): string {
  let decoded = run
  for (let times = 0; times < MOST_ENCODINGS; times++) {
    const once = decoded.replace(/%([2-7][\da-f])/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
    if (once === decoded) break
    decoded = once
  }
  return decoded
}

/** Runs that are random, or base64 of a text in which `hide` finds something. */
function hideRuns(text: string, hide: (text: string) => string, hidden: string, depth = 0): string {
  return text.replace(RUN, run => {
    if (run.length >= LEAST_RANDOM && looksRandom(run)) return hidden
    if (depth === MOST_ENCODINGS || run.length % 4 === 1 || !MAY_ENCODE.test(run)) return run
    const decoded = Buffer.from(run, 'base64').toString('latin1')
    if (!READABLE.test(decoded)) return run
    const plain = unescaped(decoded)
    return hideRuns(hide(plain), hide, hidden, depth + 1) === plain ? run : hidden
  })
}

const RUN = /(?<![\w+/-])[\w+/-]{14,8192}={0,2}(?![\w+/-])/g
const READABLE = /^[\x20-\x7e\t-\r]{8,8192}$/
/** Of four characters the first has the upper six bits of a byte, which in readable text are few: most words stop here. */
const MAY_ENCODE = /^(?:[CDI-Za-f]...){3}/
const LEAST_RANDOM = 32
/**
 * Capitals, small letters and digits, changing from one to the other more often than names of things do: at every third
 * character or more. Digests and ids in hexadecimal are told as they are.
 */
export function looksRandom(name: string): boolean {
  const text = name.replace(GIVEN_BY_CLOUDFORMATION, '')
  if (!/[A-Z]/.test(text) || !/[a-z]/.test(text) || !/\d/.test(text)) return false
  let changes = 0
  for (let at = 1; at < text.length; at++) if (kindOf(text, at) !== kindOf(text, at - 1)) changes++
  return changes * 3 >= text.length
}

/** What CloudFormation appends to the logical name of whatever it creates: eight digits of a hash, and twelve or thirteen at random. */
const GIVEN_BY_CLOUDFORMATION = /[\dA-F]{8}-[\dA-Za-z]{12,13}(?![\dA-Za-z])/

function kindOf(text: string, at: number): string {
  const character = text.charAt(at)
  if (character >= 'a' && character <= 'z') return 'small'
  if (character >= 'A' && character <= 'Z') return 'capital'
  return character >= '0' && character <= '9' ? 'digit' : 'mark'
}
