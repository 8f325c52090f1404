// Opens a kernel: its WebAssembly, or, where that was not built, its portable source as it is: the same answers, slower.
import { existsSync, readFileSync } from 'node:fs'

type Numbers = Uint8Array | Uint16Array | Int32Array
type Kernel = Record<string, Numbers | ((...numbers: number[]) => number)>

/** Arrays are views of the kernel's memory: what one side writes the other reads. Its memory must not grow later on. */
export function openKernel<K extends Kernel>(name: string, source: K): K {
  const file = new URL(`./${name}.wasm`, import.meta.url)
  if (!existsSync(file)) return source
  const module = new WebAssembly.Module(readFileSync(file))
  const { exports } = new WebAssembly.Instance(module, { env: { abort } })
  const memory = (exports['memory'] as WebAssembly.Memory).buffer
  const opened = Object.entries(source).map(([key, value]) => {
    const exported = exports[key]
    return [key, typeof value === 'function' ? exported : viewOf(value, exported as WebAssembly.Global, memory)]
  })
  return Object.fromEntries(opened) as K
}

/** https://www.assemblyscript.org/runtime.html#memory-layout: a typed array is buffer, start and length in bytes. */
function viewOf(like: Numbers, exported: WebAssembly.Global, memory: ArrayBuffer): Numbers {
  const [, start = 0, bytes = 0] = new Uint32Array(memory, exported.value, 3)
  const Class = like.constructor as { new (buffer: ArrayBuffer, start: number, length: number): Numbers }
  return new Class(memory, start, bytes / like.BYTES_PER_ELEMENT)
}

function abort(): never {
  throw new Error('A kernel of the analysis read or wrote outside its memory.')
}
