// Programs of others, which tests hold ours against: where they are, started on loopback, ended by their own process.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'

/** What `.ci/parties` fills. */
const CACHE = join(import.meta.dirname, '../node_modules/.cache/parties/bin')

/** Where they must all be there: a test that is skipped shows nothing. */
export const REQUIRED = process.env['REQUIRE_REAL'] === '1'

/** The program's file, as `.ci/parties` fetched it or else on PATH. */
export async function findParty(name: string): Promise<string | undefined> {
  for (const folder of [CACHE, ...(process.env['PATH'] ?? '').split(delimiter)]) {
    const file = join(folder, name)
    const there = await access(file).then(
      () => true,
      () => false,
    )
    if (there) return file
  }
  return undefined
}

export type Party = { end(): Promise<void> }

/** Once it has said so on stderr; fails with all it said if it ends before. */
export async function startParty(file: string, words: readonly string[], ready: RegExp): Promise<Party> {
  const child = spawn(file, words, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (ready.test((said += text))) resolve()
    })
    child.once('exit', () => reject(new Error(said)))
    child.once('error', reject)
  })
  return {
    async end() {
      child.kill()
      await ended
    },
  }
}

/** One that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
