// The WordPiece tokeniser of BERT: words into the longest known pieces; uncased also lower case and without accents.
// Follows https://github.com/google-research/bert/blob/master/tokenization.py. A special token written in a text is
// text: [CLS] is three tokens.

/** A longer word is unknown as a whole, as in BERT. */
const WORD_LIMIT = 100

/** Words remembered with their pieces; logs repeat few words. */
const MEMORY = 50_000

export class WordPiece {
  readonly unknown: number
  readonly #ids: ReadonlyMap<string, number>
  readonly #longest: number
  readonly #lowerCase: boolean
  readonly #known = new Map<string, readonly number[]>()

  /** vocabulary: the text of vocab.txt, one token a line; a token's id is its line, from 0. lowerCase: of uncased models. */
  constructor(vocabulary: string, { lowerCase = true }: { lowerCase?: boolean } = {}) {
    const tokens = vocabulary.trimEnd().split(/\r?\n/)
    this.#ids = new Map(tokens.map((token, id) => [token, id]))
    this.#longest = Math.max(...tokens.map(token => token.length))
    const unknown = this.#ids.get('[UNK]')
    if (unknown === undefined) throw new Error('expected a WordPiece vocabulary with [UNK], found none in it')
    this.unknown = unknown
    this.#lowerCase = lowerCase
  }

  /** Of one token as the vocabulary writes it, such as [CLS]; undefined where it is not there. */
  idOf(token: string): number | undefined {
    return this.#ids.get(token)
  }

  /** The ids of a text's tokens, without [CLS] and [SEP], the first `limit` of them. */
  encode(text: string, limit: number): number[] {
    const ids: number[] = []
    for (const [word] of clean(text, this.#lowerCase).matchAll(WORDS)) {
      if (ids.length >= limit) break
      ids.push(...this.#pieces(word))
    }
    return ids.slice(0, limit)
  }

  #pieces(word: string): readonly number[] {
    let pieces = this.#known.get(word)
    if (!pieces) {
      pieces = this.#split(word)
      if (this.#known.size >= MEMORY) this.#known.clear()
      this.#known.set(word, pieces)
    }
    return pieces
  }

  /** unaffable -> un, ##aff, ##able */
  #split(word: string): readonly number[] {
    const characters = [...word]
    if (characters.length > WORD_LIMIT) return [this.unknown]
    const ids: number[] = []
    for (let start = 0; start < characters.length; ) {
      let end = Math.min(characters.length, start + this.#longest)
      let id: number | undefined
      for (; end > start; end--) {
        const piece = characters.slice(start, end).join('')
        id = this.#ids.get(start > 0 ? `##${piece}` : piece)
        if (id !== undefined) break
      }
      if (id === undefined) return [this.unknown]
      ids.push(id)
      start = end
    }
    return ids
  }
}

// BERT's punctuation is Unicode's, and every ASCII sign. Chinese characters are words of one character.
const SIGN = String.raw`[!-/:-@[-\x60{-~]|\p{P}`
const CHINESE = String.raw`[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\u{20000}-\u{2ceaf}\u{2f800}-\u{2fa1f}]`
const WORDS = new RegExp(`${CHINESE}|${SIGN}|(?:(?!${CHINESE}|${SIGN})\\S)+`, 'gu')
const ASCII = /^[\t\n\r -~]*$/

function clean(text: string, lowerCase: boolean): string {
  if (ASCII.test(text)) return lowerCase ? text.toLowerCase() : text
  const plain = text.replace(/[\t\n\r\p{Z}]/gu, ' ').replace(/[\p{C}\ufffd]/gu, '')
  if (!lowerCase) return plain
  return plain
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
}
