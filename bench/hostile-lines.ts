// Lines made to be slow for a matcher that goes back: runs of what begins something and never ends it.

const UNITS =
  'a A1 0 1. . - -- / /a ./ ~/ : :: a: 1: ff: @ a@ a@b. " "a \' `a ` = == a= "a": {"a": {"a" {"\\" {"a":" , ( < > % 1% 0x 0xf a.b http:// :// x:// arn: arn:aws:'
const OTHERS =
  'i- i-0abcdef -7f9dd8b6 -0 +1 -1.5 2026- 2026-01-02T 03:04: 10.0. C:\\ \\a \\ \0 deadbeef- Mon UTC MB * ** _ # é 🔥 \xff a"b'

export const hostileUnits = [...`${UNITS} ${OTHERS}`.split(' '), 'Dec ', 'Dec 10 ', '1 ', '1 m']

/** The unit again and again, so many bytes of it, as a line with its line feed. */
export function repeated(unit: string, length: number): Buffer {
  const bytes = Buffer.from(unit)
  return Buffer.concat([...Array<Buffer>(Math.ceil(length / bytes.length)).fill(bytes)])
    .fill(10, length)
    .subarray(0, length + 1)
}
