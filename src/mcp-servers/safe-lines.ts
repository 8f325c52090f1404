// Lines of a log that follow one another, made safe. A private key is printed over many of them, and its last one is too
// short to be known by its looks alone.
import { safe } from './safe.ts'

/** Each made safe and without blanks at its end, in the order they came: oldest first, or the other way round. */
export function safeLines(lines: readonly string[], newestFirst = false): string[] {
  return newestFirst ? inOrder(lines.toReversed()).toReversed() : inOrder(lines)
}

function inOrder(lines: readonly string[]): string[] {
  return lines.map(openSafeLines())
}

/**
 * For one log, called with each of its lines in their order: the line made safe. What a line of a private key holds is
 * hidden, whatever its logger wrote before it. What stands between two lines of a key ends it, until the next long line is
 * known by its randomness.
 */
export function openSafeLines(): (raw: string) => string {
  let within = false // a key, of which this is the next line
  return raw => {
    const line = raw.trimEnd()
    const body = BODY.exec(line.slice(-LONGEST_BODY))?.[0]
    const told = safe(line)
    const isLong = body !== undefined && body.length >= LEAST_LONG
    if (within && body !== undefined) {
      within = isLong
      return told.endsWith(HIDDEN) ? told : `${safe(line.slice(0, -body.length))}${HIDDEN}`
    }
    within = beginsKey(line) || (isLong && told.endsWith(HIDDEN))
    return told
  }
}

const HIDDEN = '[redacted]'
/** And does not end it. */
function beginsKey(line: string): boolean {
  const at = line.lastIndexOf('-----BEGIN ')
  return at >= 0 && BEGINNING.test(line.slice(at, at + LONGEST_BEGINNING)) && !line.includes('-----END ', at)
}

const BEGINNING = /^-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/
const LONGEST_BEGINNING = 80

/** RFC 7468 has 64 characters a line, PGP and MIME up to 76; a last one is shorter, and no mere word: whole groups of four. */
const BODY =
  /(?<![\w+/-])(?!(?:[a-z]{4})+$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/
const LONGEST_BODY = 80
const LEAST_LONG = 64
