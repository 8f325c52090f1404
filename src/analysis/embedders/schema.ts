// The switch between embedders, as the configuration writes it.
import { z } from 'zod'

export const embedderSettings = z.discriminatedUnion('model', [
  z.strictObject({ model: z.literal('static') }).describe('the shipped table of tokens; needs nothing else'),
  z.strictObject({ model: z.literal('minilm') }).describe('the shipped MiniLM; needs onnxruntime-node'),
  z
    .strictObject({
      model: z.literal('folder'),
      folder: z.string().min(1).describe('model.onnx and its vocabulary, as sentence-transformers writes them'),
      pooling: z
        .enum(['mean', 'cls', 'max'])
        .optional()
        .describe('of the vectors of tokens, otherwise as the folder says'),
      maxTokens: z.int().min(3).max(8_192).optional().describe('a longer text is cut, otherwise as the folder says'),
    })
    .describe('any BERT or RoBERTa as ONNX; needs onnxruntime-node'),
  z
    .strictObject({
      model: z.literal('hub'),
      name: z
        .string()
        .regex(/^[\w-][\w.-]*\/[\w-][\w.-]*$/, 'expected OWNER/NAME')
        .describe('such as Xenova/all-MiniLM-L12-v2'),
      hub: z.url().default('https://huggingface.co/').describe('it, or a mirror of it'),
      cache: z.string().min(1).optional().describe("folder its files are kept in, otherwise the package's own"),
      pooling: z.enum(['mean', 'cls', 'max']).optional().describe('of the vectors of tokens, mean unless told'),
      maxTokens: z.int().min(3).max(8_192).optional().describe('a longer text is cut, otherwise as the model says'),
    })
    .describe('a model by its name, fetched once; needs @huggingface/transformers'),
])

export type EmbedderSettings = z.output<typeof embedderSettings>

/** A model by its name on a hub. */
export type HubSettings = Extract<EmbedderSettings, { model: 'hub' }>

/** Those that take milliseconds a text. */
export type SlowSettings = Exclude<EmbedderSettings, { model: 'static' }>
