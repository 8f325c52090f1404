// Vectors that a slow model gave before, by what the text says. Not for the static embedder: it is faster than a look-up.
import { createHash } from 'node:crypto'
import { type SlowEmbedder, spellOut } from '../embed.ts'
import { norm } from '../vector.ts'

/**
 * Port. A second, shared store of vectors (redis-store.ts).
 * Contract: answers soon, with what it has; it neither rejects nor keeps anybody waiting.
 */
export type VectorStore = {
  /** In the order of the keys; undefined, or nothing that is a vector, where it has none. */
  getMany(keys: readonly string[]): Promise<readonly unknown[]>
  setMany(entries: readonly { key: string; value: string }[]): Promise<void>
  /** Why it was left aside since this was last asked, if it was. */
  trouble(): string | undefined
}

export type CacheOptions = {
  /** Vectors kept in memory; the one not asked for longest goes first. 10,000 of 384 columns take 15 MB. */
  capacity: number
  store?: VectorStore
}

/** Of texts, since the last time they were asked for; and why the shared store was left aside meanwhile. */
export type CacheCounts = { hits: number; misses: number; trouble?: string }

export type CachedEmbedder = SlowEmbedder & { counts(): CacheCounts }

const DEFAULTS: CacheOptions = { capacity: 10_000 }

/** The same vectors as `slow` alone gives; a text that stands twice among those asked for is embedded once. */
export function cached(slow: SlowEmbedder, options: Partial<CacheOptions> = {}): CachedEmbedder {
  const { capacity, store } = { ...DEFAULTS, ...options }
  const held = new Map<string, Float32Array>() // least lately asked for first
  let counts: CacheCounts = { hits: 0, misses: 0 }

  function keep(key: string, vector: Float32Array): void {
    held.delete(key)
    held.set(key, vector)
    if (held.size > capacity) held.delete(held.keys().next().value!)
  }

  /** Of each text that was embedded before, its vector. */
  async function recall(keys: readonly string[]): Promise<Map<string, Float32Array>> {
    const found = new Map<string, Float32Array>()
    const others = keys.filter(key => {
      const vector = held.get(key)
      if (vector) found.set(key, vector)
      return !vector
    })
    const stored = others.length > 0 ? await store?.getMany(others) : undefined
    for (const [i, key] of others.entries()) {
      const vector = vectorFrom(stored?.[i], slow.dims)
      if (vector) found.set(key, vector)
    }
    return found
  }

  return {
    name: slow.name,
    dims: slow.dims,
    alike: slow.alike,
    async embed(texts) {
      const keys = texts.map(text => keyOf(slow.name, text))
      const said = new Map(keys.map((key, i) => [key, texts[i]!]))
      const found = await recall([...said.keys()])
      const missing = [...said].filter(([key]) => !found.has(key))
      const hits = keys.filter(key => found.has(key)).length
      counts = { hits: counts.hits + hits, misses: counts.misses + keys.length - hits }
      if (missing.length > 0) {
        const rows = await slow.embed(missing.map(([, text]) => text))
        for (const [i, [key]] of missing.entries()) found.set(key, rows.slice(i * slow.dims, (i + 1) * slow.dims))
        await store?.setMany(missing.map(([key]) => ({ key, value: textOf(found.get(key)!) })))
      }
      const vectors = new Float32Array(texts.length * slow.dims)
      for (const [i, key] of keys.entries()) vectors.set(found.get(key)!, i * slow.dims)
      for (const [key, vector] of found) keep(key, vector)
      return vectors
    },
    counts() {
      const trouble = store?.trouble()
      const told = { ...counts, ...(trouble !== undefined && { trouble }) }
      counts = { hits: 0, misses: 0 }
      return told
    },
    close: () => slow.close(),
  }
}

/** By the text as the model is given it: where that changes from one version of ours to the next, so does the key. */
function keyOf(model: string, text: string): string {
  return `${model}:${createHash('sha256').update(spellOut(text)).digest('base64url')}`
}

function textOf(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}

/** Undefined where what was stored is no vector of so many columns, of length 1 or all zeros. */
function vectorFrom(stored: unknown, dims: number): Float32Array | undefined {
  if (typeof stored !== 'string') return undefined
  const bytes = Buffer.from(stored, 'base64')
  if (bytes.length !== 4 * dims) return undefined
  const vector = Float32Array.from({ length: dims }, (_, j) => bytes.readFloatLE(4 * j))
  const length = norm(vector)
  return length === 0 || Math.abs(length - 1) < ROUNDING ? vector : undefined
}
const ROUNDING = 1e-3
