// A reading is made of parts that are asked at once and fail alone: what could not be read is said, the rest stands.
import { asFault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Reading, Source } from '#incident/signal.ts'

/** `what` is a plain name for people: "alarms", "error lines". */
/** `read` resolves with undefined where there was nothing to ask. */
export type Part = { what: string; read(): Promise<Partial<Reading> | undefined> }

/**
 * The parts joined in the order given. A part that throws is named in `missing` with the words of its Fault.
 * Throws the first Fault when of those that asked at all none could be read.
 */
export async function gather(source: Source, parts: readonly Part[], log: Log): Promise<Reading> {
  const results = await Promise.allSettled(parts.map(part => part.read()))
  const reading: Reading = { signals: [], relations: [], healthy: [], missing: [] }
  const faults = []
  let asked = parts.length
  for (const [i, result] of results.entries()) {
    if (result.status === 'fulfilled') {
      if (result.value) join(reading, result.value)
      else asked--
      continue
    }
    const fault = asFault(result.reason)
    const what = parts[i]?.what ?? ''
    faults.push(fault)
    log.warn({ source, what, code: fault.code, cause: fault.cause }, fault.message)
    reading.missing.push({ source, what, why: fault.message })
  }
  const [fault] = faults
  if (fault && faults.length === asked) throw fault
  return reading
}

/** Promise.all, but a failure is thrown only when all have ended, so that nothing is asked any more once a reading is over. */
export async function allEnded<T extends readonly unknown[]>(
  asked: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(asked)
  return Promise.all(asked)
}

function join(reading: Reading, part: Partial<Reading>): void {
  for (const signal of part.signals ?? []) reading.signals.push(signal)
  for (const relation of part.relations ?? []) reading.relations.push(relation)
  for (const entity of part.healthy ?? []) reading.healthy.push(entity)
  for (const missing of part.missing ?? []) reading.missing.push(missing)
}
