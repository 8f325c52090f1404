// Letters and digits outside ASCII, in UTF-8. Portable AssemblyScript.
import { byteAt } from './bytes.as.ts'

/** A bit for each code point: letters and digits of Unicode. Its last byte is 1 once it is filled. */
export const LETTERS = memory.data(0x110000 / 8 + 1) as i32

let areMissing = false

/** Whether LETTERS was asked and not filled, since `forgetMissing`. */
export function areLettersMissing(): boolean {
  return areMissing
}

export function forgetMissing(): void {
  areMissing = false
}

/** A letter or digit outside ASCII. */
export function hasForeignLetter(start: i32, end: i32): boolean {
  for (let i = start; i < end; ) {
    const lead = byteAt(i)
    const more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3 // bytes that follow; 0 also for a stray one
    let point = more === 0 ? 0 : lead & (0x3f >> more)
    for (let k = 1; k <= more && i + k < end; k++) point = (point << 6) | (byteAt(i + k) & 0x3f)
    i += more + 1
    if (point < 128 || point > 0x10ffff) continue
    if (i32.load8_u(LETTERS + 0x110000 / 8) === 0) {
      areMissing = true
      return false
    }
    if (((i32.load8_u(LETTERS + (point >> 3)) >> (point & 7)) & 1) !== 0) return true
  }
  return false
}
