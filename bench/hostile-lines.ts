// Lines made to be slow for a matcher that goes back: runs of what begins something and never ends it.

const UNITS =
  'a A1 0 1. . - -- / /a ./ ~/ : :: a: 1: ff: @ a@ a@b. " "a \' `a ` = == a= "a": {"a": {"a" {"\\" {"a":" , ( < > % 1% 0x 0xf a.b http:// :// x:// arn: arn:aws:'
const OTHERS =
  'i- i-0abcdef -7f9dd8b6 -0 +1 -1.5 2026- 2026-01-02T 03:04: 10.0. C:\\ \\a \\ \0 deadbeef- Mon UTC MB * ** _ # é 🔥 \xff a"b'

export const hostileUnits = [...`${UNITS} ${OTHERS}`.split(' '), 'Dec ', 'Dec 10 ', '1 ', '1 m']

/** So many bytes of the unit again and again, and a line feed. */
export function repeated(unit: string, length: number): Buffer {
  const line = Buffer.alloc(length + 1, unit)
  line[length] = 10
  return line
}
