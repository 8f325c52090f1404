// The default embedder: one vector a token, a text is their sum. No native part; 256 dimensions; where it stands beside
// a transformer is measured in `models/README.md`.
import { z } from 'zod'
import { type Embedder, spellOut } from '../embed.ts'
import { readModelFile } from './model-file.ts'
import { norm } from '../vector.ts'
import { WordPiece } from './wordpiece.ts'

const layoutSchema = z.object({
  rows: z.int().positive(),
  dims: z.int().positive(),
  maxTokens: z.int().positive(),
  layout: z.tuple([
    z.object({ name: z.literal('values'), dtype: z.literal('int8'), offset: z.int() }),
    z.object({ name: z.literal('scale'), dtype: z.literal('float32le'), offset: z.int() }),
  ]),
})

/** Precision 0.74 and recall 0.83 on pairs about one fault at 0.2, 0.86 and 0.48 at 0.4 (models/README.md); between, as the rest is asked too. */
const ALIKE = 0.3

/** models: the folder that holds static-256.bin, static-256.json, vocab.txt and manifest.json. Throws where they do not fit. */
export function openStaticEmbedder(models: string): Embedder {
  const model = StaticModel.open(models)
  return {
    name: 'static-256',
    dims: model.dims,
    alike: ALIKE,
    embed(texts) {
      const vectors = new Float32Array(texts.length * model.dims)
      for (const [i, text] of texts.entries()) {
        model.embed(spellOut(text), vectors.subarray(i * model.dims, (i + 1) * model.dims))
      }
      return vectors
    },
  }
}

/** The model as it is: texts go in as they come. */
export class StaticModel {
  readonly dims: number
  readonly #tokens: WordPiece
  readonly #limit: number
  readonly #values: Int8Array // rows x dims
  readonly #scale: Float32Array // rows
  readonly #sum: Float64Array // dims

  static open(folder: string): StaticModel {
    const shape = layoutSchema.parse(JSON.parse(readModelFile(folder, 'static-256.json').toString()))
    const weights = readModelFile(folder, 'static-256.bin')
    return new StaticModel(shape, weights, new WordPiece(readModelFile(folder, 'vocab.txt').toString()))
  }

  private constructor(shape: z.infer<typeof layoutSchema>, weights: Buffer<ArrayBuffer>, tokens: WordPiece) {
    const [values, scale] = shape.layout
    this.dims = shape.dims
    this.#limit = shape.maxTokens
    this.#tokens = tokens
    this.#values = new Int8Array(weights.buffer, weights.byteOffset + values.offset, shape.rows * shape.dims)
    this.#scale = Float32Array.from({ length: shape.rows }, (_, row) => weights.readFloatLE(scale.offset + 4 * row))
    this.#sum = new Float64Array(shape.dims)
  }

  /** Writes the text's vector into `out`, dims long; returns the length it had before it was divided by it. */
  embed(text: string, out: Float32Array): number {
    const sum = this.#sum.fill(0)
    const values = this.#values
    const dims = this.dims
    for (const id of this.#tokens.encode(text, this.#limit)) {
      const scale = this.#scale[id]!
      for (let i = 0, at = id * dims; i < dims; i++, at++) sum[i]! += scale * values[at]!
    }
    const length = norm(sum)
    for (let i = 0; i < dims; i++) out[i] = length > 0 ? sum[i]! / length : 0
    return length
  }
}
