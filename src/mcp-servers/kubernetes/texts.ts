// Equal texts kept once: ten thousand pods have the same labels, images and node names, and each page of JSON brings its own
// copy of them.

export type Texts = {
  /** The same value, each text in it the one that was seen first. Changes it in place; for plain JSON that nobody else has. */
  share<T>(value: T): T
}

const MOST_TEXTS = 20_000 // then it begins anew: what is shared already stays so
const LONGEST = 200 // characters; longer ones, such as messages, are seldom said twice

export function createTexts(): Texts {
  const seen = new Map<string, string>()

  function one(text: string): string {
    const known = seen.get(text)
    if (known !== undefined || text.length > LONGEST) return known ?? text
    if (seen.size >= MOST_TEXTS) seen.clear()
    seen.set(text, text)
    return text
  }

  function share(value: unknown): unknown {
    if (typeof value === 'string') return one(value)
    if (typeof value !== 'object' || value === null) return value
    const fields = value as Record<string, unknown>
    for (const field in fields) {
      const held = fields[field]
      if (typeof held === 'string') fields[field] = one(held)
      else if (typeof held === 'object') share(held)
    }
    return value
  }

  return { share: value => share(value) as typeof value }
}
