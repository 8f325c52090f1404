// Transformer models as ONNX: texts into tokens, tokens through the model, one vector of length 1 a text.
import { Fault } from '#incident/fault.ts'
import { type SlowEmbedder, spellOut } from '../embed.ts'
import { normalise, row } from '../vector.ts'
import type { ModelFolder, TextModel } from './model-folder.ts'
import { loadOnnxRuntime, type Session, type Tensor, type TensorClass } from './onnx-runtime.ts'
import { pool } from './pooling.ts'

/** Texts that go through the model together; a batch of 256 tokens and 384 columns holds 12 MB. */
const BATCH = 32

/** Outputs by what exporters call them: of whole texts first, then of tokens. */
const OUTPUTS = ['sentence_embedding', 'embedding', 'last_hidden_state', 'token_embeddings']

/** MiniLM's precision is 0.76 and recall 0.80 at 0.3, 0.86 and 0.45 at 0.45 (models/README.md); between, as for the static one. */
const ALIKE = 0.38

/** One thread, which does not spin while it waits: the rest of the machine is not the model's. */
export const QUIET_SESSION = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
}

/** Texts are spelled out first. Throws a Fault `validation` where onnxruntime-node is missing or the model is no such one. */
export async function openOnnxEmbedder(folder: ModelFolder): Promise<SlowEmbedder> {
  return embedderOver(await OnnxModel.open(folder), folder.name)
}

export function embedderOver(model: OnnxModel, name: string): SlowEmbedder {
  return {
    name,
    dims: model.dims,
    alike: ALIKE,
    async embed(texts) {
      const spelled = texts.map(spellOut)
      const vectors = await model.embed(spelled)
      for (const [i, text] of spelled.entries()) if (!model.knows(text)) row(vectors, model.dims, i).fill(0)
      return vectors
    },
    close: () => model.close(),
  }
}

/** The model as it is: texts go in as they come. */
export class OnnxModel {
  readonly dims: number
  readonly #Tensor: TensorClass
  readonly #session: Session
  readonly #model: TextModel

  static async open(folder: ModelFolder): Promise<OnnxModel> {
    const { InferenceSession, Tensor } = loadOnnxRuntime()
    const session = await InferenceSession.create(folder.model, QUIET_SESSION).catch((cause: unknown) => {
      throw new Fault('validation', `The model ${folder.name} cannot be read by onnxruntime-node.`, { cause })
    })
    return OnnxModel.over(session, Tensor, folder)
  }

  /** A session that somebody else opened, and the tensors it takes. */
  static async over(session: Session, Tensor: TensorClass, model: TextModel): Promise<OnnxModel> {
    const probe = await new OnnxModel(session, Tensor, model, 0).#run([[]])
    return new OnnxModel(session, Tensor, model, probe.length)
  }

  private constructor(session: Session, Tensor: TensorClass, model: TextModel, dims: number) {
    this.#session = session
    this.#Tensor = Tensor
    this.#model = model
    this.dims = dims
  }

  /** n texts -> n x dims, each row of length 1; of a text without any token, what the model makes of nothing. */
  async embed(texts: readonly string[]): Promise<Float32Array> {
    const ids = texts.map(text => this.#encode(text))
    const byLength = [...ids.keys()].toSorted((a, b) => ids[a]!.length - ids[b]!.length) // a batch is as slow as its longest text
    const vectors = new Float32Array(texts.length * this.dims)
    for (let start = 0; start < byLength.length; start += BATCH) {
      const batch = byLength.slice(start, start + BATCH)
      const rows = await this.#run(batch.map(i => ids[i]!))
      for (const [place, i] of batch.entries()) vectors.set(normalise(row(rows, this.dims, place)), i * this.dims)
    }
    return vectors
  }

  /** Whether any token of the text is in the vocabulary. */
  knows(text: string): boolean {
    return this.#encode(text).some(id => id !== this.#model.tokens.unknown)
  }

  close(): Promise<void> {
    return this.#session.release()
  }

  #encode(text: string): number[] {
    return this.#model.tokens.encode(text, this.#model.maxTokens - 2)
  }

  /** One batch, without the tokens of begin and end -> n x dims, of any length. */
  async #run(texts: readonly (readonly number[])[]): Promise<Float32Array> {
    const n = texts.length
    const t = Math.max(...texts.map(ids => ids.length)) + 2
    const { begin, end, padding } = this.#model.tokens
    const ids = new BigInt64Array(n * t).fill(BigInt(padding))
    const mask = new BigInt64Array(n * t)
    for (const [i, text] of texts.entries()) {
      for (const [k, id] of [begin, ...text, end].entries()) ids[i * t + k] = BigInt(id)
      mask.fill(1n, i * t, i * t + text.length + 2)
    }
    const inputs: Record<string, BigInt64Array> = {
      input_ids: ids,
      attention_mask: mask,
      token_type_ids: new BigInt64Array(n * t),
    }
    const feeds = Object.fromEntries(
      this.#session.inputNames.map(name => {
        const data = inputs[name]
        if (!data)
          throw new Fault('validation', `The model ${this.#model.name} wants an input ${name}, which is no text.`)
        return [name, new this.#Tensor('int64', data, [n, t])]
      }),
    )
    return this.#vectorsIn(await this.#session.run(feeds), Array.from(mask, Number))
  }

  #vectorsIn(outputs: Record<string, Tensor>, mask: readonly number[]): Float32Array {
    const name = OUTPUTS.find(known => outputs[known]) ?? Object.keys(outputs)[0]!
    const { data, dims } = outputs[name]!
    if (data instanceof Float32Array) {
      const [n = 0, t = 0, d = 0] = dims
      if (dims.length === 2) return data
      if (dims.length === 3) return pool(data, mask, [n, t, d], this.#model.pooling)
    }
    throw new Fault(
      'validation',
      `The model ${this.#model.name} gives ${name} of ${dims.join(' x ')}: expected float32, n x d or n x tokens x d.`,
    )
  }
}
