// The HTTP status a log line reports, if it reports a failing one. A bare 503 is a number like any other:
// something beside it has to say what it is.
import { STATUS_CODES } from 'node:http'

/** Most lines hold no such number; asking first spares them the walk over an empty list of matches. */
const ANY = /[45]\d\d/
const CANDIDATE = /[45]\d\d(?![\w-]|[.:]\d)/g
const JOINED = /(?:[\w.-]|\d:)$/

/** What stands right before a status: status=502, "code": 502, HTTP/1.1 502, "GET / HTTP/1.1" 502, responded with 502. */
const SAYS_SO =
  /(?:status|code|https?(?:\/\d(?:\.\d)?)?|responded|returned|response|got|with)["'`]?\s{0,2}[:=([]?\s{0,2}["'`]?$/i

/** How much of a line is looked at, and how much before a number. */
const LINE_LIMIT = 4000
const BEFORE_LIMIT = 24

/**
 * The first 4xx or 5xx of a line.
 *
 * @example
 * statusCode('upstream answered HTTP/1.1 502 after 3 tries') // 502
 * statusCode('503 Service Unavailable')                      // 503
 * statusCode('read 503 rows')                                // undefined
 */
export function statusCode(line: string): number | undefined {
  const text = line.length > LINE_LIMIT ? line.slice(0, LINE_LIMIT) : line
  if (!ANY.test(text)) return undefined
  for (const match of text.matchAll(CANDIDATE)) {
    const code = Number(match[0])
    const reason = STATUS_CODES[code]
    if (reason === undefined || JOINED.test(text.slice(Math.max(0, match.index - 2), match.index))) continue
    const after = text.slice(match.index + 3, match.index + 4 + reason.length).trimStart()
    const before = text.slice(Math.max(0, match.index - BEFORE_LIMIT), match.index)
    if (SAYS_SO.test(before) || after.toLowerCase().startsWith(reason.toLowerCase())) return code
  }
  return undefined
}
