// usearch, where it is installed: 26 MB that only an approximate index needs, so it is no dependency and is looked for
// when one is opened.
import { createRequire } from 'node:module'
import { Fault } from '#incident/fault.ts'

/** What of it is used; https://unum-cloud.github.io/usearch/javascript/ has the whole. */
export type Usearch = { Index: new (options: UsearchOptions) => UsearchIndex }

export type UsearchOptions = {
  dimensions: number
  metric: 'ip' | 'l2sq'
  quantization: 'f32'
  connectivity: number
  expansion_add: number
  expansion_search: number
  multi: false
}
export type UsearchIndex = {
  size(): number
  contains(key: bigint): boolean
  add(keys: BigUint64Array, rows: Float32Array, threads: number): void
  remove(key: bigint): number
  /** Of several queries together, `counts` of each; of one, without. */
  search(queries: Float32Array, k: number, threads: number): UsearchMatches
  save(file: string): void
  load(file: string): void
}
export type UsearchMatches = { keys: BigUint64Array; distances: Float32Array; counts?: BigUint64Array }

/** Throws a Fault `validation` that says what to install. */
export function loadUsearch(): Usearch {
  try {
    const library: Usearch = createRequire(import.meta.url)('usearch')
    return library
  } catch (cause) {
    throw new Fault(
      'validation',
      'The package usearch is missing: neighbours are only searched one by one without it. ' +
        'Install it beside this one: npm install usearch@2.26',
      { cause },
    )
  }
}

/** Whether it can be loaded here. */
export function hasUsearch(): boolean {
  try {
    createRequire(import.meta.url).resolve('usearch')
    return true
  } catch {
    return false
  }
}
