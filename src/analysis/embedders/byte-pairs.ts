// The byte-level BPE tokeniser of GPT-2 and RoBERTa: words as bytes, the most frequent neighbours of the training joined
// first. Follows https://github.com/openai/gpt-2/blob/master/src/encoder.py; no text is unknown to it.

/** Longer words are cut: joining takes the square of their length, and models read 512 tokens in all. */
const WORD_BYTES = 512

/** Words remembered with their tokens; logs repeat few words. */
const MEMORY = 50_000

const WORDS = /'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

export class BytePairs {
  readonly #ids: ReadonlyMap<string, number>
  readonly #ranks: ReadonlyMap<string, number>
  readonly #known = new Map<string, readonly number[]>()

  /** vocabulary: token to id, bytes written as GPT-2 writes them (Ġ is a space); merges: `left right`, first joined first. */
  constructor(vocabulary: Readonly<Record<string, number>>, merges: readonly string[]) {
    this.#ids = new Map(Object.entries(vocabulary))
    this.#ranks = new Map(merges.map((pair, rank) => [pair, rank]))
    const absent = LETTERS.find(letter => !this.#ids.has(letter))
    if (absent !== undefined) throw new Error(`expected a token for every byte, found none for ${absent}`)
  }

  /** The ids of a text's tokens, the first `limit` of them. */
  encode(text: string, limit: number): number[] {
    const ids: number[] = []
    for (const [word] of text.matchAll(WORDS)) {
      const bytes = ENCODER.encode(word)
      for (let start = 0; start < bytes.length && ids.length < limit; start += WORD_BYTES) {
        ids.push(
          ...this.#tokens(Array.from(bytes.subarray(start, start + WORD_BYTES), byte => LETTERS[byte]!).join('')),
        )
      }
      if (ids.length >= limit) break
    }
    return ids.slice(0, limit)
  }

  #tokens(word: string): readonly number[] {
    let tokens = this.#known.get(word)
    if (!tokens) {
      tokens = this.#join([...word]).map(token => this.#ids.get(token)!)
      if (this.#known.size >= MEMORY) this.#known.clear()
      this.#known.set(word, tokens)
    }
    return tokens
  }

  /** l o w e r -> lo w er -> low er, where `l o` comes before `e r` and that before `lo w`. */
  #join(parts: string[]): string[] {
    for (;;) {
      let best = Infinity
      for (let i = 0; i + 1 < parts.length; i++) {
        best = Math.min(best, this.#ranks.get(`${parts[i]} ${parts[i + 1]}`) ?? Infinity)
      }
      if (best === Infinity) return parts
      const joined: string[] = []
      for (let i = 0; i < parts.length; i++) {
        const next = parts[i + 1]
        if (next !== undefined && this.#ranks.get(`${parts[i]} ${next}`) === best) {
          joined.push(parts[i]! + next)
          i++
        } else joined.push(parts[i]!)
      }
      parts = joined
    }
  }
}

const ENCODER = new TextEncoder()

/** Of each byte the letter it is written as: itself where it can be seen, else one from 256 on. */
const LETTERS: readonly string[] = letters()

function letters(): string[] {
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => {
    const isSeen = (byte > 32 && byte < 127) || (byte > 160 && byte < 173) || byte > 173
    return String.fromCharCode(isSeen ? byte : next++)
  })
}
