// @huggingface/transformers, where it is installed: with its onnxruntime-node some 500 MB that only models of a hub need,
// so it is no dependency and is looked for when one is opened.
import { createRequire } from 'node:module'
import { Fault } from '#incident/fault.ts'
import type { Tensor, TensorClass } from './onnx-runtime.ts'

/** What of it is used; https://huggingface.co/docs/transformers.js has the whole. */
export type Transformers = {
  env: { remoteHost: string; cacheDir: string | null }
  Tensor: TensorClass
  AutoTokenizer: { from_pretrained(name: string, options: Fetching): Promise<HubTokeniser> }
  AutoModel: { from_pretrained(name: string, options: Fetching & Running): Promise<HubModel> }
}
type Fetching = { local_files_only: boolean }
type Running = { dtype: 'fp32'; session_options: object }

export type HubTokeniser = {
  encode(text: string, options?: { add_special_tokens: boolean }): number[]
  /** Of begin, end, padding and the unknown, among others. */
  readonly all_special_ids: readonly number[]
  readonly unk_token_id?: number
  readonly pad_token_id?: number
  readonly model_max_length: number
}

export type HubModel = {
  /** Of the inputs it takes those it wants. */
  (inputs: Record<string, Tensor>): Promise<Record<string, Tensor>>
  dispose(): Promise<unknown>
}

/** Throws a Fault `validation` that says what to install. */
export function loadTransformers(): Transformers {
  try {
    const library: Transformers = createRequire(import.meta.url)('@huggingface/transformers')
    return library
  } catch (cause) {
    throw new Fault(
      'validation',
      'The package @huggingface/transformers is missing: models are only read from folders without it. ' +
        'Install it beside this one: npm install @huggingface/transformers@4.3',
      { cause },
    )
  }
}

/** Whether it can be loaded here. */
export function hasTransformers(): boolean {
  try {
    createRequire(import.meta.url).resolve('@huggingface/transformers')
    return true
  } catch {
    return false
  }
}
