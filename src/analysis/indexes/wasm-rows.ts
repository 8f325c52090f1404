// Rows in the memory of a kernel, four numbers measured at once (wasm/scan.as.ts). One memory an index: queries and
// distances first, then the rows, which the memory grows with.
import { existsSync, readFileSync } from 'node:fs'
import type { NeighbourMetric } from '../neighbours.ts'
import { BLOCK, QUERIES, type OpenRows } from './rows.ts'

const PAGE_BYTES = 65_536
const MOST_PAGES = 65_536 // 4 GiB
const HEADER_BYTES = 1_024 // what AssemblyScript keeps for itself
const REGISTER_BYTES = 16
const OUT_BYTES = 4 * QUERIES * BLOCK

type Scan = (
  queries: number,
  m: number,
  rows: number,
  n: number,
  strideBytes: number,
  out: number,
  perQueryBytes: number,
) => void

/** Undefined where the kernel was not built. Rows throw a RangeError beyond 4 GiB. */
export function wasmRows(): OpenRows | undefined {
  const file = new URL('../wasm/scan.wasm', import.meta.url)
  compiled ??= existsSync(file) ? new WebAssembly.Module(readFileSync(file)) : undefined
  const module = compiled
  return module && ((d, metric) => openWasmRows(module, d, metric))
}
let compiled: WebAssembly.Module | undefined

function openWasmRows(module: WebAssembly.Module, d: number, metric: NeighbourMetric): ReturnType<OpenRows> {
  const stride = Math.ceil((4 * d) / REGISTER_BYTES) * REGISTER_BYTES
  const out = HEADER_BYTES + QUERIES * stride
  const rows = out + OUT_BYTES
  const memory = new WebAssembly.Memory({ initial: Math.ceil(rows / PAGE_BYTES), maximum: MOST_PAGES })
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const scan = exports[metric] as Scan
  const at = (place: number) => rows + place * stride
  const floats = (start: number, count: number) => new Float32Array(memory.buffer, start, count)
  return {
    reserve(count) {
      const pages = Math.ceil(at(4 * Math.ceil(count / 4)) / PAGE_BYTES)
      if (pages > MOST_PAGES) throw new RangeError(`expected at most 4 GiB of rows, got ${count} of ${d} numbers`)
      const missing = pages - memory.buffer.byteLength / PAGE_BYTES
      if (missing > 0) memory.grow(missing)
    },
    write: (place, row) => floats(at(place), d).set(row),
    move: (from, to) => floats(at(to), d).set(floats(at(from), d)),
    read(count) {
      const copied = new Float32Array(count * d)
      for (let place = 0; place < count; place++) copied.set(floats(at(place), d), place * d)
      return copied
    },
    measure(queries, start, count) {
      const m = queries.length / d
      for (let query = 0; query < m; query++) {
        floats(HEADER_BYTES + query * stride, d).set(queries.subarray(query * d, (query + 1) * d))
      }
      scan(HEADER_BYTES, m, at(start), count, stride, out, 4 * BLOCK)
      return floats(out, QUERIES * BLOCK)
    },
  }
}
