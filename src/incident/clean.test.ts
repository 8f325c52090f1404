import { check, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clean, LONGEST_TEXT } from './clean.ts'

describe('clean', () => {
  it.each([
    ['colours and titles', '\u001B[1;31mred\u001B[0m \u001B]0;title\u0007text \u009B2Jx', 'red text x'],
    ['a terminal link', '\u001B]8;;https://attacker.example\u001B\\click\u001B]8;;\u001B\\', 'click'],
    ['text that runs the other way', 'invoice\u202Efdp.exe\u202C \u2066a\u2069', 'invoicefdp.exe a'],
    ['zero width and soft hyphen', 'app\u200Brove\u00AD\u2060\uFEFFd', 'approved'],
    ['tag characters', `ok${String.fromCodePoint(0xe0041, 0xe0042, 0xe007f)}`, 'ok'],
    ['fillers and variation selectors', 'a\u3164b\uFE0Fc\u{E0100}d', 'abcd'],
    ['control characters', 'a\u0000b\u0008c\u007Fd\u0085e', 'abcd\ne'],
    ['private use', 'a\uE000b', 'ab'],
  ])('takes out %s', (_what, text, expected) => expect(clean(text)).toBe(expected))

  it('keeps what people read', () => {
    const text = 'größe 5 µs\n\tat Кошик.оплатить (корзина.js:3)\n支払い失敗 😀'
    expect(clean(text)).toBe(text)
    expect(clean('a\r\nb\rc')).toBe('a\nb\nc')
  })

  it('bounds a line and mends what the cut breaks', () => {
    const long = clean(`${'a'.repeat(LONGEST_TEXT - 2)}😀${'b'.repeat(1_000_000)}`)
    expect(long.length).toBe(LONGEST_TEXT)
    expect(long.isWellFormed()).toBe(true)
    expect(long.endsWith('…')).toBe(true)
  })

  it('is settled after one pass', () => {
    const settled = property(string({ unit: 'binary', maxLength: 200 }), text => clean(clean(text)) === clean(text))
    expect(check(settled, { seed: 1, numRuns: 2000 })).toMatchObject({ failed: false })
  })
})
