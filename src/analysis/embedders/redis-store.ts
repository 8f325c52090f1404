// Vectors that several processes share, in a Redis: Keyv over @keyv/redis. A Redis that is down, slow or strange costs an
// embedding PATIENCE_MILLIS now and then, and nothing else: it is left aside, and asked again over a new connection later.
import type { Keyv } from 'keyv'
import type { VectorStore } from './cached.ts'

/** Some thousand vectors come in a tenth of it from the same network; a model takes longer for some hundred texts. */
const PATIENCE_MILLIS = 500
const ASIDE_MILLIS = 30_000
/** What nobody asked for in so long leaves. */
const KEPT_MILLIS = 30 * 86_400_000

/** url: redis:// or rediss://, checked. clock: milliseconds. It connects when it is first asked. */
export async function openRedisStore(
  url: string,
  clock: () => number,
  patienceMillis = PATIENCE_MILLIS,
): Promise<VectorStore> {
  const connect = await connector(url, patienceMillis)
  let connection: Connection | undefined
  let asideSince: number | undefined
  let trouble: string | undefined

  /** Undefined while it is left aside, and where it fails. */
  async function within<T>(ask: (store: Keyv<string>) => Promise<T>): Promise<T | undefined> {
    const wasAside = asideSince !== undefined
    if (asideSince !== undefined && Math.abs(clock() - asideSince) < ASIDE_MILLIS) return undefined
    const { store, lastError } = (connection ??= connect())
    try {
      const answer = await soon(ask(store), patienceMillis)
      asideSince = undefined
      return answer
    } catch (error) {
      if (!wasAside) trouble = reason(lastError() ?? error)
      asideSince = clock()
      void store.disconnect().catch(() => undefined)
      connection = undefined
      return undefined
    }
  }

  return {
    getMany: async keys => (await within(store => store.getMany<string>([...keys]))) ?? [],
    setMany: async entries => void (await within(store => store.setMany([...entries]))),
    trouble() {
      const told = trouble
      trouble = undefined
      return told
    },
  }
}

/** lastError: what the connection said of itself, which tells more than what it throws. */
type Connection = { store: Keyv<string>; lastError(): unknown }

/** The packages are loaded here: only slow models want them. */
async function connector(url: string, patienceMillis: number): Promise<() => Connection> {
  const [{ Keyv }, { default: KeyvRedis }] = await Promise.all([import('keyv'), import('@keyv/redis')])
  const server = {
    url,
    socket: { reconnectStrategy: false, connectTimeout: patienceMillis },
    disableOfflineQueue: true,
  } as const
  const options = { namespace: 'embedding', throwOnErrors: true }
  return () => {
    const store = new Keyv<string>(new KeyvRedis(server, options), {
      ...options,
      useKeyPrefix: false,
      ttl: KEPT_MILLIS,
      deserialize,
    })
    let said: unknown
    store.on('error', (error: unknown) => void (said ??= error))
    return { store, lastError: () => said }
  }
}

/** What another program wrote there is no vector, and keeps none of the others from being read. */
function deserialize(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function soon<T>(answer: Promise<T>, millis: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${millis} ms`)), millis)
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
