// The embedder that the configuration names, for the thread of the analysis.
import type { Embedder } from '../embed.ts'
import { openBlockingEmbedder } from './blocking.ts'
import type { CacheCounts } from './cached.ts'
import type { EmbedderSettings } from './schema.ts'
import { openStaticEmbedder } from './static.ts'

/** models: the folder of the shipped ones. redis: where vectors of slow models are shared. cacheCounts: since last asked; none without a cache. Throws a Fault where it cannot be opened. */
export function openEmbedder(
  settings: EmbedderSettings,
  models: string,
  redis?: string,
): { embedder: Embedder; cacheCounts(): CacheCounts | undefined } {
  if (settings.model === 'static') return { embedder: openStaticEmbedder(models), cacheCounts: () => undefined }
  const embedder = openBlockingEmbedder(settings, models, redis)
  return { embedder, cacheCounts: embedder.counts }
}
