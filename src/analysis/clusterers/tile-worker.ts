// A thread beside the one that clusters: waits for a job, does its share of the tiles, and waits again; ends when told.
import { workerData } from 'node:worker_threads'
import { WORD, viewsOf } from './tile-memory.ts'
import { handsOf, openTileKernel, type Shared } from './tile-work.ts'

const { shared, thread } = workerData as { shared: Shared; thread: number }
const { words } = viewsOf(shared.memory, shared.layout)
const work = handsOf(openTileKernel(shared, thread), shared, thread)

for (let done = 0; ; ) {
  Atomics.wait(words, WORD.generation, done)
  done = Atomics.load(words, WORD.generation)
  if (done < 0) break
  // Said before looking: whoever closes the job waits for those who said so.
  Atomics.add(words, WORD.active, 1)
  if (Atomics.load(words, WORD.isOpen) === 1) work()
  Atomics.sub(words, WORD.active, 1)
  Atomics.notify(words, WORD.active)
}
