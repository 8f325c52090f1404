// onnxruntime-node, where it is installed: 288 MB that only transformer models need, so it is no dependency and is looked
// for when one is opened.
import { createRequire } from 'node:module'
import { Fault } from '#incident/fault.ts'

/** What of it is used; https://onnxruntime.ai/docs/api/js/ has the whole. */
export type OnnxRuntime = {
  Tensor: TensorClass
  InferenceSession: {
    create(model: Uint8Array, options: object): Promise<Session>
  }
}
export type TensorClass = new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => Tensor
export type Tensor = {
  readonly data: ArrayLike<number> | ArrayLike<bigint> | readonly string[]
  readonly dims: readonly number[]
}
export type Session = {
  readonly inputNames: readonly string[]
  run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>
  release(): Promise<void>
}

/** Throws a Fault `validation` that says what to install. */
export function loadOnnxRuntime(): OnnxRuntime {
  try {
    const runtime: OnnxRuntime = createRequire(import.meta.url)('onnxruntime-node')
    return runtime
  } catch (cause) {
    throw new Fault(
      'validation',
      'The package onnxruntime-node is missing: only the static embedder works without it. ' +
        'Install it beside this one: npm install onnxruntime-node@1.30',
      { cause },
    )
  }
}

/** Whether it can be loaded here. */
export function hasOnnxRuntime(): boolean {
  try {
    createRequire(import.meta.url).resolve('onnxruntime-node')
    return true
  } catch {
    return false
  }
}
