// What is written of a line: its words, one space between them, and a star for anything that varies. Portable AssemblyScript.
import { byteAt, DATE_TITLE, DATE_UPPER, INPUT_SIZE, setsOf, SPACE, STAR, UNIT } from './bytes.as.ts'

/** Shapes, one behind the other. A shape is never longer than its line. */
export const SHAPES = memory.data(2 * INPUT_SIZE) as i32

let began: i32 = 0 // where the shape begins in SHAPES
let out: i32 = 0 // and ends so far
let isStar = false // the last word is *
let dates: i32 = -1 // where in SHAPES the dates begin that are its last words; -1 where it ends in none

/** The next shape begins at this place in SHAPES. */
export function beginShape(at: i32): void {
  began = at
  out = at
  isStar = false
  dates = -1
}

/** Where in SHAPES the shape ends. */
export function shapeEnd(): i32 {
  return out
}

export function word(start: i32, end: i32): void {
  const dated = isDate(start, end)
  if (isStar && (dated || (setsOf(start, end) & UNIT) !== 0)) return
  separate()
  if (!dated) dates = -1
  else if (dates < 0) dates = out
  let to = out // a variable of the function: one of the module is read and written anew for each byte
  for (let i = start; i < end; i++) i32.store8(SHAPES + to++, byteAt(i))
  out = to
  isStar = false
}

/** Dates belong to the number beside them. */
export function star(): void {
  if (dates >= 0) {
    out = dates
    dates = -1
    if (out > began) out--
  }
  if (isStar) return
  separate()
  put(STAR)
  isStar = true
}

function put(code: i32): void {
  i32.store8(SHAPES + out++, code)
}

function separate(): void {
  if (out > began) put(SPACE)
}

function isDate(start: i32, end: i32): boolean {
  const initial = byteAt(start)
  if (end - start > 4 || end - start < 2 || initial < 65 || initial > 90) return false
  const sets = setsOf(start, end)
  if ((sets & (DATE_TITLE | DATE_UPPER)) === 0) return false
  for (let i = start + 1; i < end; i++) {
    const isUpper = byteAt(i) <= 90
    if (isUpper !== ((sets & DATE_UPPER) !== 0)) return false
  }
  return true
}
