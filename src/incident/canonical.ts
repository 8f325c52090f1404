// One text for one value: canonical JSON (RFC 8785 for the values we use), so that hashes and seals mean the value, not its spelling.
import { createHash } from 'node:crypto'

/**
 * Keys sorted by UTF-16 units, no white space, numbers as ECMAScript prints them; undefined fields are left out.
 * Throws on what JSON cannot say: NaN, infinities, functions.
 * canonical({ b: 1, a: [true, null] }) -> '{"a":[true,null],"b":1}'
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(item => canonical(item ?? null)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`canonical JSON has no ${value}`)
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`canonical JSON has no ${typeof value}`)
  return text
}

/** SHA-256 as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
