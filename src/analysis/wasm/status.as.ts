// Whether a text holds a number that may be an HTTP status: what says that it is one, `../status-code.ts` asks. Portable
// AssemblyScript.
import { byteAt, COLON, DIGIT, DOT, kindAt, LETTER, NAME } from './bytes.as.ts'

/** 4xx or 5xx that is no part of a longer number, name, version or time; `first` is where the line starts. */
export function mayReportStatus(start: i32, end: i32, first: i32): boolean {
  for (let at = start; at + 3 <= end; at++) {
    const code = byteAt(at)
    if (code !== 52 && code !== 53) continue
    if ((kindAt(at + 1) & DIGIT) === 0 || (kindAt(at + 2) & DIGIT) === 0) continue
    if (at > first && (kindAt(at - 1) & (LETTER | DIGIT | NAME | DOT)) !== 0) continue
    const next = kindAt(at + 3)
    if ((next & (LETTER | DIGIT | NAME)) !== 0) continue
    if ((next & (DOT | COLON)) !== 0 && (kindAt(at + 4) & DIGIT) !== 0) continue
    return true
  }
  return false
}
