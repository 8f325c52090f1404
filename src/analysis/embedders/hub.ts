// Models by their name on a hub: @huggingface/transformers fetches each once and keeps its files, cuts texts into its tokens
// and runs it; the rest is as for a folder (onnx.ts). Fetched again, the branch main may hold another.
import { createHash } from 'node:crypto'
import { Fault } from '#incident/fault.ts'
import type { SlowEmbedder } from '../embed.ts'
import { MOST_TOKENS } from './model-folder.ts'
import { embedderOver, OnnxModel, QUIET_SESSION } from './onnx.ts'
import type { Session } from './onnx-runtime.ts'
import type { HubSettings } from './schema.ts'
import type { Tokeniser } from './tokeniser.ts'
import { type HubModel, type HubTokeniser, loadTransformers } from './transformers.ts'

/** Texts are spelled out first. Throws a Fault: `validation` where the package or the model is missing, `network` where the hub cannot be reached. */
export async function openHubEmbedder(settings: HubSettings): Promise<SlowEmbedder> {
  const { name, hub, cache, pooling = 'mean' } = settings
  const { env, AutoTokenizer, AutoModel, Tensor } = loadTransformers()
  env.remoteHost = hub
  if (cache !== undefined) env.cacheDir = cache
  const read = async (isLocal: boolean) => {
    const options = { local_files_only: isLocal }
    const model = await AutoModel.from_pretrained(name, { ...options, dtype: 'fp32', session_options: QUIET_SESSION })
    return { model, tokens: await AutoTokenizer.from_pretrained(name, options) } // both at once would write config.json at once
  }
  const { model, tokens } = await read(true).catch(() => fetched(settings, () => read(false)))
  const maxTokens = settings.maxTokens ?? Math.min(tokens.model_max_length, MOST_TOKENS)
  const text = { name, tokens: tokeniserOver(tokens, name), pooling, maxTokens }
  const opened = await OnnxModel.over(sessionOver(model), Tensor, text)
  const digest = createHash('sha256').update(await opened.embed(['connection refused']))
  return embedderOver(opened, [name.replace('/', '-'), pooling, maxTokens, digest.digest('hex').slice(0, 8)].join('-'))
}

/** Takes what a BERT takes. */
function sessionOver(model: HubModel): Session {
  return {
    inputNames: ['input_ids', 'attention_mask', 'token_type_ids'],
    run: feeds => model(feeds),
    release: async () => void (await model.dispose()),
  }
}

/** A special token written in a text is left out. Throws a Fault `validation` for one that does not put a text between two tokens. */
function tokeniserOver(tokens: HubTokeniser, name: string): Tokeniser {
  const [begin, end, ...others] = tokens.encode('')
  if (begin === undefined || end === undefined || others.length > 0) {
    throw new Fault('validation', `The model ${name} is no BERT or RoBERTa: its texts do not stand between two tokens.`)
  }
  const unknown = tokens.unk_token_id
  const special = new Set(tokens.all_special_ids.filter(id => id !== unknown))
  return {
    encode: (text, limit) =>
      tokens
        .encode(text, { add_special_tokens: false })
        .filter(id => !special.has(id))
        .slice(0, limit),
    ...(unknown !== undefined && { unknown }),
    begin,
    end,
    padding: tokens.pad_token_id ?? end,
  }
}

async function fetched<T>({ name, hub }: HubSettings, fetch: () => Promise<T>): Promise<T> {
  try {
    return await fetch()
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    // The package tells a file that is not there by its class, a hub that fails by the address, and fetch fails by this.
    const isMissing = cause instanceof Error && cause.name === 'ModelFileNotFoundError'
    if (!isMissing && (said.includes(hub) || said === 'fetch failed')) {
      throw new Fault(
        'network',
        `The model ${name} could not be fetched from ${hub}: ${said}. ` +
          'Where no hub can be reached, give a folder: analysis.embedder: { model: folder, folder: ... }.',
        { cause },
      )
    }
    throw new Fault(
      'validation',
      `${hub} has no model ${name} as ONNX, or does not show it: expected config.json, tokenizer.json and onnx/model.onnx. ` +
        'For one that is not public, set HF_TOKEN.',
      { cause },
    )
  }
}
