// Opens a kernel: its WebAssembly, or, where that was not built, its portable source as it is: the same answers, slower.
import { existsSync, readFileSync } from 'node:fs'
import { buffer } from './portable.ts'

/** What a portable source exports: functions, and addresses of arrays. */
type Source = Record<string, number | ((...numbers: number[]) => number)>

/** Addresses are places in `memory`: what one side writes there the other reads. It does not grow. */
export type Kernel<S> = S & { memory: ArrayBuffer }

export function openKernel<S extends Source>(name: string, source: S): Kernel<S> {
  const file = new URL(`./${name}.wasm`, import.meta.url)
  if (!existsSync(file)) return plainKernel(source)
  const module = new WebAssembly.Module(readFileSync(file))
  const { exports } = new WebAssembly.Instance(module)
  const opened = Object.entries(source).map(([key, value]) => {
    const exported = exports[key]
    return [key, typeof value === 'function' ? exported : (exported as WebAssembly.Global).value]
  })
  return { ...(Object.fromEntries(opened) as S), memory: (exports['memory'] as WebAssembly.Memory).buffer }
}

/** The source as it runs without WebAssembly. */
export function plainKernel<S extends Source>(source: S): Kernel<S> {
  return { ...source, memory: buffer }
}
