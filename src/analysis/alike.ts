// Which of many texts may be about the same fault as one: the nearest in meaning, as far as the embedder can tell.
import type { Alike } from '#incident/analyst.ts'
import type { Embedder } from './embed.ts'
import { openNeighbours } from './indexes/open.ts'

/** Nearest first; those from `embedder.alike` on. A text without any known word is like none. */
export function alike(text: string, others: readonly string[], embedder: Embedder): Alike[] {
  if (others.length === 0) return []
  const index = openNeighbours(embedder.dims, 'cosine', others.length)
  index.add([...others.keys()], embedder.embed(others))
  const { ids, distances } = index.search(embedder.embed([text]), others.length)
  return Array.from(ids, (nth, place) => ({ nth, cosine: 1 - distances[place]! })).filter(
    ({ nth, cosine }) => nth >= 0 && cosine >= embedder.alike,
  )
}
