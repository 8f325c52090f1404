// Vectors that a slow model gave before, by what the text says. Not for the static embedder: it is faster than a look-up.
import { createHash } from 'node:crypto'
import type { SlowEmbedder } from '../embed.ts'

/** A second, shared store of vectors, such as a Keyv over Redis. What fails there costs time, nothing else. */
export type VectorStore = {
  get(key: string): Promise<unknown>
  set(key: string, value: string): Promise<unknown>
}

export type CacheOptions = {
  /** Vectors kept in memory; the one not asked for longest goes first. 10,000 of 384 columns take 15 MB. */
  capacity: number
  store?: VectorStore
}

/** Of texts, since the last time they were asked for. */
export type CacheCounts = { hits: number; misses: number }

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

  async function recall(key: string): Promise<Float32Array | undefined> {
    return held.get(key) ?? vectorFrom(await store?.get(key).catch(() => undefined), slow.dims)
  }

  return {
    name: slow.name,
    dims: slow.dims,
    alike: slow.alike,
    async embed(texts) {
      const keys = texts.map(text => keyOf(slow.name, text))
      const found = new Map<string, Float32Array>()
      const missing = new Map<string, string>()
      for (const [key, text] of new Map(keys.map((of, i) => [of, texts[i]!]))) {
        const vector = await recall(key)
        if (vector) found.set(key, vector)
        else missing.set(key, text)
      }
      counts.hits += keys.filter(key => found.has(key)).length
      counts.misses += keys.filter(key => missing.has(key)).length
      const rows = missing.size > 0 ? await slow.embed([...missing.values()]) : new Float32Array(0)
      for (const [place, key] of [...missing.keys()].entries()) {
        const vector = rows.slice(place * slow.dims, (place + 1) * slow.dims)
        found.set(key, vector)
        await store?.set(key, textOf(vector)).catch(() => undefined)
      }
      const vectors = new Float32Array(texts.length * slow.dims)
      for (const [i, key] of keys.entries()) vectors.set(found.get(key)!, i * slow.dims)
      for (const [key, vector] of found) keep(key, vector)
      return vectors
    },
    counts() {
      const told = counts
      counts = { hits: 0, misses: 0 }
      return told
    },
    close: () => slow.close(),
  }
}

function keyOf(model: string, text: string): string {
  return `embedding:${model}:${createHash('sha256').update(text).digest('base64url')}`
}

function textOf(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}

/** Undefined where what was stored is no vector of so many columns. */
function vectorFrom(stored: unknown, dims: number): Float32Array | undefined {
  if (typeof stored !== 'string') return undefined
  const bytes = Buffer.from(stored, 'base64')
  if (bytes.length !== 4 * dims) return undefined
  return Float32Array.from({ length: dims }, (_, j) => bytes.readFloatLE(4 * j))
}
