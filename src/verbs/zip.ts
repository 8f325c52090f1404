// A zip of a few small files, the same bytes each time: no folders, no dates, no encryption, less than 4 GB.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16
import { crc32, deflateRawSync } from 'node:zlib'

/** `name`: in ASCII. */
export type ZipEntry = { name: string; bytes: Uint8Array }

export function zip(entries: readonly ZipEntry[]): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes } of entries) {
    const packed = deflateRawSync(bytes)
    const common = described(name, bytes, packed)
    const body = Buffer.concat([record(0x04034b50), common, Buffer.from(name), packed])
    directory.push(Buffer.concat([record(0x02014b50, VERSION), common, whereabouts(offset), Buffer.from(name)]))
    bodies.push(body)
    offset += body.length
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  return Buffer.concat([...bodies, ...directory, end(entries.length, size, offset)])
}

const VERSION = 20 // 2.0: deflate
const DEFLATE = 8
const FIRST_DAY = 0x21 // 1 January 1980, the earliest there is

/** What the local header and the directory say alike: version, flags, method, time, date, checksum, sizes, lengths. */
function described(name: string, bytes: Uint8Array, packed: Buffer): Buffer {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(VERSION, 0)
  fields.writeUInt16LE(DEFLATE, 4)
  fields.writeUInt16LE(FIRST_DAY, 8)
  fields.writeUInt32LE(crc32(bytes), 10)
  fields.writeUInt32LE(packed.length, 14)
  fields.writeUInt32LE(bytes.length, 18)
  fields.writeUInt16LE(name.length, 22)
  return fields
}

/** Comment, disk and attributes are empty; then where the local header begins. */
function whereabouts(offset: number): Buffer {
  const fields = Buffer.alloc(14)
  fields.writeUInt32LE(offset, 10)
  return fields
}

function end(count: number, size: number, offset: number): Buffer {
  const fields = Buffer.alloc(18)
  fields.writeUInt16LE(count, 4)
  fields.writeUInt16LE(count, 6)
  fields.writeUInt32LE(size, 8)
  fields.writeUInt32LE(offset, 12)
  return Buffer.concat([record(0x06054b50), fields])
}

function record(signature: number, version?: number): Buffer {
  const bytes = Buffer.alloc(version === undefined ? 4 : 6)
  bytes.writeUInt32LE(signature, 0)
  if (version !== undefined) bytes.writeUInt16LE(version, 4)
  return bytes
}
