// Whether a text holds a number that may be an HTTP status: what says that it is one, `../status-code.ts` asks. Portable
// AssemblyScript.
import { byteAt, COLON, DIGIT, DOT, kindAt, LETTER, NAME } from './bytes.as.ts'

/** 4xx or 5xx that is no part of a longer number, name, version or time; `first` is where the line starts. */
export function mayReportStatus(start: i32, end: i32, first: i32): boolean {
  let before = start > first ? kindAt(start - 1) : 0
  for (let at = start; at + 3 <= end; at++) {
    const begins = (before & (LETTER | DIGIT | NAME | DOT)) === 0 // asked first: rarer than a digit
    before = kindAt(at)
    if (!begins || (byteAt(at) !== 52 && byteAt(at) !== 53)) continue
    if ((kindAt(at + 1) & DIGIT) === 0 || (kindAt(at + 2) & DIGIT) === 0) continue
    const next = kindAt(at + 3)
    if ((next & (LETTER | DIGIT | NAME)) !== 0) continue
    if ((next & (DOT | COLON)) !== 0 && (kindAt(at + 4) & DIGIT) !== 0) continue
    return true
  }
  return false
}
