// Values that stand after a name which says secret: name=value, "name": "value", name[]: 'value', --name value, and the same
// as JSON in a string, however deep.
import { secrecyOf } from './secret-name.ts'
import type { Secrecy } from './secret-name.ts'

/**
 * With `hidden` in place of such values; one in quotes or brackets goes whole. A value that says nothing secret and often
 * is the cause ("password=null") stays. Linear: a name and a value are looked at once each, and are bounded.
 */
export function hideAssigned(text: string, hidden: string): string {
  if (!MAY_NAME.test(text)) return text // most lines of a log
  let told = ''
  let done = 0
  for (const { 0: sign, index } of text.matchAll(SIGN)) {
    if (index < done) continue
    const isFlag = sign.startsWith('-')
    const name = isFlag ? sign : nameBefore(text, index)
    const secrecy = MAY_NAME.test(name) ? secrecyOf(name) : undefined
    if (!secrecy || (isFlag && secrecy !== 'always')) continue
    const start =
      index + sign.length + (matched(isFlag ? AFTER_FLAG : BLANK, text, index + sign.length)?.[0].length ?? 0)
    const end = endOfValue(text, start, secrecy)
    if (end === undefined) continue
    told += text.slice(done, start) + hidden
    done = end
  }
  return told + text.slice(done)
}

/** Most names are left alone here. */
const MAY_NAME = /pass|pw|secret|token|key|auth|cred|session|cookie|jwt|sig|otp|salt|nonce|sid|csrf|xsrf/i

/** What stands after a name, or a flag whose value is the next word: --password hunter2, ["--password", "hunter2"]. */
const SIGN = /=>|[:=]|(?<![\w-])--?[A-Za-z][\w.-]{0,119}(?=\s{1,3}[^\s=:-]|\\{0,7}["'],\s{0,3}\\{0,7}["'][^-])/g
const AFTER_FLAG = /\\{0,7}["'],\s{0,3}|\s{1,3}/y
const BLANK = /\s{0,3}/y

const LONGEST_NAME = 120

/** Of `{"name": "DB_PASSWORD", "value": ...}` that of the pair; of "API key: ..." both words. */
function nameBefore(text: string, sign: number): string {
  let end = sign
  while (end > sign - 3 && isBlank(text, end - 1)) end--
  if (text[end - 1] === ']') end--
  if (text[end - 1] === '"' || text[end - 1] === "'") end--
  while (end > sign - 14 && text[end - 1] === '\\') end--
  let start = end
  while (start > end - LONGEST_NAME && IN_NAME.test(text.charAt(start - 1))) start--
  const name = text.slice(start, end)
  const before = text.slice(Math.max(0, start - LONGEST_PAIR), start)
  if (name === 'value') return PAIR.exec(before)?.[1] ?? name
  return /^keys?$/i.test(name) ? `${/[A-Za-z]{1,20} $/.exec(before.slice(-21))?.[0] ?? ''}${name}` : name
}

function isBlank(text: string, at: number): boolean {
  return /\s/.test(text.charAt(at))
}

const IN_NAME = /[\w.-]/
const LONGEST_PAIR = 180
const PAIR = /(?:name|key)\\{0,7}["']\s{0,3}:\s{0,3}\\{0,7}["']([\w.-]{1,120})\\{0,7}["'],\s{0,20}\\{0,7}["']$/

/** Undefined: there is nothing to hide. */
function endOfValue(text: string, start: number, secrecy: Secrecy): number | undefined {
  const [opening = '', bracket, slashes = '', quote] = matched(OPENING, text, start) ?? []
  const from = start + opening.length
  const end = endOfWord(text, from, secrecy)
  if (end === undefined || matched(TELLING, text, from)) return undefined
  if (bracket) return afterBracket(text, from)
  return quote ? afterQuote(text, from, quote, slashes.length) : end
}

function matched(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

const OPENING = /([[({]{0,3})\s{0,3}(\\{0,7})(["'])?/y
const TELLING = /\[redacted|redacted\]|(?:null|none|nil|undefined|true|false|empty|missing)(?!\w)/iy

/** Where a value of that kind that stands at `from` ends; undefined where none does. */
function endOfWord(text: string, from: number, secrecy: Secrecy): number | undefined {
  const beginning = matched(secrecy === 'sometimes' ? KEY : BEGINNING, text, from)?.[0] ?? ''
  if (beginning === '' || (secrecy === 'often' && !looksLikeToken(beginning))) return undefined
  return from + beginning.length + (matched(REST, text, from + beginning.length)?.[0].length ?? 0)
}

const BEGINNING = /[^\s,;&"'\\}\])<>]{1,100}/y
const REST = /[^\s,;&"'\\}\])<>]{0,4096}/y
const KEY = /[A-Za-z0-9+/_-]{32,1024}={0,2}(?![\w.:/-])/y

/** Eight characters with a digit among them, or twelve with a capital after a small letter. */
function looksLikeToken(value: string): boolean {
  return (value.length >= 8 && /\d/.test(value)) || (value.length >= 12 && /[a-z][A-Z]/.test(value))
}

/**
 * After the quote that closes what one behind `slashes` backslashes began: a quote within stands behind 2 * slashes + 1 of
 * them, a backslash within is 2 * slashes + 2. Where none closes it the text was cut: the rest of the line.
 */
function afterQuote(text: string, from: number, quote: string, slashes: number): number {
  let run = 0
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (character === '\n') return at
    if (character === quote && run % (2 * slashes + 2) === slashes) return at + 1
    run = character === '\\' ? run + 1 : 0
  }
  return text.length
}

/** After the bracket that closes a list in its line. */
function afterBracket(text: string, from: number): number {
  const length = text.slice(from).search(/[\])}\n]/)
  if (length === -1) return text.length
  return text[from + length] === '\n' ? from + length : from + length + 1
}
