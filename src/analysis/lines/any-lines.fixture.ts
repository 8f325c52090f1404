// Lines of any bytes for tests of what reads logs: pieces that are read in another way, put together by a seed.
import { randomFrom } from '../random.ts'

const SIGNS = [...'"\'`{}[]()<>,;:=/\\.@*~-_ \t\r\0\x7f+%#']
const WORDS =
  'msg user= "level": 502 status deadbeef feed Mon UTC MB ms pod-kxqzp true db.internal :5432 fe80::1 :: a@b.com https://'
const VALUES =
  'C:\\a /var/log -7f9dd8b6c1-kxqzp i-0abcdef12 10.0.0.7 2026-01-02 T 03:04:05 .123 Z +01:00 Dec 10 0x 1 42 3.5 arn:aws:s3'
const OTHERS = '123e4567-e89b-12d3-a456-426614174000 00:1b:44:11:3a:b7 дом 库 🔥 \xff \xe2\x82'
const PIECES = [...SIGNS, ...`${WORDS} ${VALUES} ${OTHERS}`.split(' ')]

/** Each line with its line feed; the same seed gives the same bytes. */
export function anyLines(count: number, seed: number): Buffer {
  const random = randomFrom(seed)
  const below = (limit: number) => Math.floor(limit * random())
  const parts: Buffer[] = []
  for (let line = 0; line < count; line++) {
    for (let length = below(20); length > 0; length--) {
      const piece = PIECES[below(PIECES.length)]!
      const isText = piece < '\x80' || piece > '\xff'
      parts.push(random() < 0.05 ? anyByte(below(256)) : Buffer.from(piece, isText ? 'utf8' : 'latin1'))
    }
    parts.push(Buffer.from('\n'))
  }
  return Buffer.concat(parts)
}

function anyByte(code: number): Buffer {
  return Buffer.of(code === 10 ? 0 : code)
}
