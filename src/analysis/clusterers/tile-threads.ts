// Threads that share one WebAssembly.Memory, and jobs done by all of them and the caller together. The caller waits: call
// it where waiting harms nobody, as in the worker thread of the analysis.
import { existsSync, readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { type Layout, viewsOf, WORD } from './tile-memory.ts'
import { handsOf, type Kernel, openTileKernel, type Shared } from './tile-work.ts'

export type Crew = {
  memory: WebAssembly.Memory
  /** The caller's own: for what is little. */
  kernel: Kernel
  /** Does one of JOB for the first `tasks` of its tasks. Returns how many were taken: fewer once a thread's pairs are full. */
  run(job: number, tasks: number): number
  /** Lets the other threads end. */
  end(): void
}

/** Megabytes: what it works on is in the shared memory. */
const WORKER_HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 }

const PAGE_BYTES = 65536

/** Undefined where the kernel was not built. */
export function kernelModule(): WebAssembly.Module | undefined {
  const file = new URL('../wasm/reachability.wasm', import.meta.url)
  compiled ??= existsSync(file) ? new WebAssembly.Module(readFileSync(file)) : undefined
  return compiled
}
let compiled: WebAssembly.Module | undefined

export function startCrew(module: WebAssembly.Module, layout: Layout): Crew {
  const pages = Math.ceil(layout.end / PAGE_BYTES)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  const shared: Shared = { module, memory, layout }
  const { words, reported } = viewsOf(memory, layout)
  const kernel = openTileKernel(shared, 0)
  const work = handsOf(kernel, shared, 0)
  for (let thread = 1; thread < layout.threads; thread++) {
    const file = new URL(import.meta.resolve('#analysis/clusterers/tile-worker.ts'))
    const worker = new Worker(file, { workerData: { shared, thread }, resourceLimits: WORKER_HEAP })
    worker.on('error', () => {}) // one that cannot start leaves its tiles to the others
    worker.unref()
  }
  const wake = () => {
    Atomics.add(words, WORD.generation, 1)
    Atomics.notify(words, WORD.generation)
  }
  return {
    memory,
    kernel,
    run(job, tasks) {
      words[WORD.job] = job
      words[WORD.tasks] = tasks
      words[WORD.next] = 0
      reported.fill(0)
      Atomics.store(words, WORD.isOpen, 1)
      wake()
      work()
      Atomics.store(words, WORD.isOpen, 0)
      for (let active = 1; active > 0; ) {
        active = Atomics.load(words, WORD.active)
        if (active > 0) Atomics.wait(words, WORD.active, active)
      }
      return Math.min(words[WORD.next]!, tasks)
    },
    end() {
      Atomics.store(words, WORD.generation, -1)
      Atomics.notify(words, WORD.generation)
    },
  }
}
