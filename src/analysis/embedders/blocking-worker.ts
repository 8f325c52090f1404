// The thread of a slow model: opens it, puts a cache before it, answers one call after the other and rings when it has.
import { workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { Fault } from '#incident/fault.ts'
import type { Asked, Told } from './blocking.ts'
import type { SlowEmbedder } from '../embed.ts'
import { cached } from './cached.ts'
import { openHubEmbedder } from './hub.ts'
import { readModelFolder, shippedMiniLm } from './model-folder.ts'
import { openOnnxEmbedder } from './onnx.ts'
import { openRedisStore } from './redis-store.ts'
import type { SlowSettings } from './schema.ts'

type Given = { settings: SlowSettings; models: string; redis: string | undefined; port: MessagePort; bell: Int32Array }

const { settings, models, redis, port, bell }: Given = workerData
const opened = open()
opened.catch(() => undefined) // told to whoever asks

port.on('message', async (asked: Asked) => {
  let told: Told
  try {
    told = { value: await answer(asked) }
  } catch (error) {
    told = { failed: failureOf(error) }
  }
  port.postMessage(told)
  Atomics.store(bell, 0, 1)
  Atomics.notify(bell, 0)
})

function failureOf(error: unknown) {
  if (error instanceof Fault) return { code: error.code, message: error.message, cause: String(error.cause ?? '') }
  return { code: 'processing' as const, message: 'The embedder failed.', cause: String(error) }
}

async function open() {
  const store = redis === undefined ? undefined : await openRedisStore(redis, Date.now)
  return cached(await openModel(), { ...(store && { store }) })
}

function openModel(): Promise<SlowEmbedder> {
  switch (settings.model) {
    case 'minilm':
      return openOnnxEmbedder(shippedMiniLm(models))
    case 'folder':
      return openOnnxEmbedder(readModelFolder(settings.folder, settings))
    case 'hub':
      return openHubEmbedder(settings)
  }
}

async function answer(asked: Asked): Promise<unknown> {
  const embedder = await opened
  switch (asked.call) {
    case 'open':
      return { name: embedder.name, dims: embedder.dims, alike: embedder.alike }
    case 'embed':
      return embedder.embed(asked.texts)
    case 'counts':
      return embedder.counts()
  }
}
