// A file of log lines as bytes, piece by piece: plain or gzip (told by its first bytes, not by its name), or stdin.
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Fault } from '#incident/fault.ts'

const PIECE_BYTES = 1 << 20
const GZIP = Buffer.of(0x1f, 0x8b) // RFC 1952, ID1 and ID2

/** `file` is a path, or - for stdin. What cannot be read is a Fault `validation`. */
export async function* readLogFile(file: string): AsyncGenerator<Buffer> {
  try {
    const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: PIECE_BYTES })
    const pieces: AsyncIterator<Buffer> = source[Symbol.asyncIterator]()
    const first = await startOf(pieces)
    const all = Readable.from(joined(first, pieces), { objectMode: false })
    yield* first.subarray(0, 2).equals(GZIP) ? gunzipped(all) : all
  } catch (cause) {
    throw new Fault('validation', `${file === '-' ? 'stdin' : file} cannot be read: ${reason(cause)}`, { cause })
  }
}

/** At least two bytes, where there are as many. */
async function startOf(pieces: AsyncIterator<Buffer>): Promise<Buffer> {
  let start = Buffer.alloc(0)
  while (start.length < GZIP.length) {
    const { value, done } = await pieces.next()
    if (done) break
    start = Buffer.concat([start, value])
  }
  return start
}

async function* joined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

async function* gunzipped(packed: Readable): AsyncGenerator<Buffer> {
  const unpacked = createGunzip({ chunkSize: PIECE_BYTES })
  packed.on('error', error => unpacked.destroy(error))
  yield* packed.pipe(unpacked)
}

function reason(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  if (code === 'ENOENT') return 'there is no such file. Give the path of a file, or - for stdin.'
  if (code === 'EISDIR') return 'it is a folder. Give one file, or join them: cat folder/*.log | … cluster -'
  if (code === 'EACCES') return 'this user may not read it.'
  if (code === 'Z_BUF_ERROR') return 'the gzip data ends too early. The file may be cut off.'
  if (code.startsWith('Z_')) return 'the gzip data is damaged.'
  return `${cause instanceof Error ? cause.message : String(cause)}.`
}
