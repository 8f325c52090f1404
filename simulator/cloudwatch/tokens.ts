// Reading an expression token by token.
import type { NotSimulated } from '../not-simulated.ts'

export type Tokens = {
  /** The next token where it is one of these, taken; undefined where it is not. */
  take(...wanted: string[]): string | undefined
  /** Whatever comes next, taken. */
  any(): string | undefined
  /** Throws where the next token is another. */
  expect(token: string): void
  /** Throws where anything is left. */
  end(): void
  /** What cannot be gone on with: the token it is about, else the next. */
  unknown(token?: string): NotSimulated
}

export function readTokens(tokens: readonly string[], refuse: (at: string) => NotSimulated): Tokens {
  let next = 0
  const unknown = (token = tokens[next] ?? 'its end') => refuse(token)

  function take(...wanted: string[]): string | undefined {
    const token = tokens[next]
    if (token === undefined || !wanted.includes(token)) return undefined
    next++
    return token
  }

  return {
    take,
    any: () => tokens[next++],
    expect(token) {
      if (!take(token)) throw unknown()
    },
    end() {
      if (next < tokens.length) throw unknown()
    },
    unknown,
  }
}
