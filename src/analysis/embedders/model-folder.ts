// A folder with a transformer model as ONNX: the shipped MiniLM, or one that sentence-transformers or Optimum wrote.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import { readModelFile } from './model-file.ts'
import type { Pooling } from './pooling.ts'
import { bytePairs, type Tokeniser, wordPieces } from './tokeniser.ts'

export type TextModel = {
  /** Other vectors, another name: caches go by it. */
  name: string
  tokens: Tokeniser
  /** For a model that gives the vectors of tokens. */
  pooling: Pooling
  /** With those of begin and end; a longer text is cut. */
  maxTokens: number
}

export type ModelFolder = TextModel & { model: Uint8Array }

/** models: the folder of the shipped ones. Throws where a file is not what manifest.json says. */
export function shippedMiniLm(models: string): ModelFolder {
  return {
    name: 'minilm-l6-v2-int8',
    model: readModelFile(models, 'minilm-l6-v2-int8.onnx'),
    tokens: wordPieces(readModelFile(models, 'vocab.txt').toString(), { lowerCase: true }),
    pooling: 'mean',
    maxTokens: 256,
  }
}

const MODELS = ['model.onnx', 'onnx/model.onnx', 'onnx/model_quantized.onnx', 'model_quantized.onnx']

const poolingSchema = z.object({
  pooling_mode_cls_token: z.boolean().default(false),
  pooling_mode_max_tokens: z.boolean().default(false),
})
const lengthSchema = z.object({ max_seq_length: z.int().positive().nullish() })
const vocabularySchema = z.record(z.string(), z.int())
const tokenizerSchema = z.object({ do_lower_case: z.boolean().default(true) })

/** BERT has places for so many tokens; a model that was trained on fewer says so in sentence_bert_config.json. */
export const MOST_TOKENS = 512

/**
 * Reads model.onnx (also in onnx/), vocab.txt or vocab.json and merges.txt, and, where they are there,
 * tokenizer_config.json, 1_Pooling/config.json and sentence_bert_config.json; what is given goes before what they say. Throws a Fault `validation` where one is missing.
 */
export function readModelFolder(
  folder: string,
  given: Partial<Pick<ModelFolder, 'pooling' | 'maxTokens'>> = {},
): ModelFolder {
  const file = MODELS.map(name => join(folder, name)).find(path => existsSync(path))
  if (!file) throw new Fault('validation', `Expected one of ${MODELS.join(', ')} in ${folder}, found none.`)
  const { pooling_mode_cls_token: isCls, pooling_mode_max_tokens: isMax } = read(
    folder,
    '1_Pooling/config.json',
    poolingSchema,
  )
  const { max_seq_length: length } = read(folder, 'sentence_bert_config.json', lengthSchema)
  const model = readFileSync(file)
  const pooling = given.pooling ?? (isCls ? 'cls' : isMax ? 'max' : 'mean')
  return {
    name: [basename(folder), pooling, createHash('sha256').update(model).digest('hex').slice(0, 8)].join('-'),
    model,
    tokens: readTokens(folder),
    pooling,
    maxTokens: given.maxTokens ?? length ?? MOST_TOKENS,
  }
}

/** WordPiece where there is vocab.txt, byte pairs where there are vocab.json and merges.txt. */
function readTokens(folder: string): Tokeniser {
  const [pieces, pairs, merges] = ['vocab.txt', 'vocab.json', 'merges.txt'].map(name => join(folder, name))
  if (existsSync(pieces!)) {
    const { do_lower_case: lowerCase } = read(folder, 'tokenizer_config.json', tokenizerSchema)
    return wordPieces(readFileSync(pieces!, 'utf8'), { lowerCase })
  }
  if (existsSync(pairs!) && existsSync(merges!)) {
    const lines = readFileSync(merges!, 'utf8').split(/\r?\n/)
    return bytePairs(
      read(folder, 'vocab.json', vocabularySchema),
      lines.filter(line => line !== '' && !line.startsWith('#version')),
    )
  }
  throw new Fault(
    'validation',
    `Expected vocab.txt (BERT), or vocab.json and merges.txt (RoBERTa), in ${folder}, found neither.`,
  )
}

function read<T>(folder: string, name: string, schema: z.ZodType<T>): T {
  const file = join(folder, name)
  try {
    return schema.parse(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {})
  } catch (cause) {
    throw new Fault('validation', `${file} is not what sentence-transformers writes.`, { cause })
  }
}
