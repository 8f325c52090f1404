// The port of what cuts a text into the tokens of a model.
import { BytePairs } from './byte-pairs.ts'
import { WordPiece } from './wordpiece.ts'

/** Ids are those of the model's vocabulary. */
export type Tokeniser = {
  /** Without those of begin and end, the first `limit` of them. A special token written in a text is text. */
  encode(text: string, limit: number): number[]
  /** What stands for what the vocabulary has not; undefined where it has everything. */
  unknown?: number
  begin: number
  end: number
  padding: number
}

/** Of BERT: [CLS] text [SEP]. vocabulary: the text of vocab.txt. */
export function wordPieces(vocabulary: string, options: { lowerCase: boolean }): Tokeniser {
  const tokens = new WordPiece(vocabulary, options)
  const id = (token: string) => tokens.idOf(token) ?? tokens.unknown
  return {
    encode: (text, limit) => tokens.encode(text, limit),
    unknown: tokens.unknown,
    begin: id('[CLS]'),
    end: id('[SEP]'),
    padding: id('[PAD]'),
  }
}

/** Of RoBERTa: <s> text </s>. vocabulary and merges: what vocab.json and merges.txt say. */
export function bytePairs(vocabulary: Readonly<Record<string, number>>, merges: readonly string[]): Tokeniser {
  const tokens = new BytePairs(vocabulary, merges)
  const id = (token: string) => vocabulary[token] ?? 0
  return {
    encode: (text, limit) => tokens.encode(text, limit),
    begin: id('<s>'),
    end: id('</s>'),
    padding: id('<pad>'),
  }
}
