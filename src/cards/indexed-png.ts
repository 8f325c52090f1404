// A drawing as a PNG with a palette: a third of the bytes of true colour, which is what fits into a card of Teams.
// Only for opaque drawings with few colours and soft edges, such as charts: no dithering, no transparency.
// PNG, third edition: https://www.w3.org/TR/png-3/
import { crc32, deflateSync } from 'node:zlib'

const MOST_COLOURS = 256 // of a palette; section 11.2.2

/**
 * `pixels`: width x height x 4, red green blue alpha, row by row; alpha is not looked at. With more than 256 colours the
 * most frequent ones stay exact, and each other one becomes the nearest of them.
 */
export function indexedPng(pixels: Uint8ClampedArray, width: number, height: number): Uint8Array {
  const colours = Uint32Array.from({ length: width * height }, (_, i) => colourAt(pixels, i))
  const { palette, indexOf } = paletteOf(colours)
  const rows = new Uint8Array(height * (width + 1)) // each row begins with its filter: 0, none
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indexOf.get(colours[y * width + x] ?? 0) ?? 0
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8) // 8 bits an index, indexed colour, deflate, adaptive filters, not interlaced
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap(channels))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

function colourAt(pixels: Uint8ClampedArray, pixel: number): number {
  const [red = 0, green = 0, blue = 0] = pixels.subarray(4 * pixel, 4 * pixel + 3)
  return (red << 16) | (green << 8) | blue
}

function channels(colour: number): [red: number, green: number, blue: number] {
  return [colour >> 16, (colour >> 8) & 0xff, colour & 0xff]
}

function paletteOf(colours: Uint32Array): { palette: number[]; indexOf: Map<number, number> } {
  const counts = new Map<number, number>()
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  const byCount = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour)
  const palette = byCount.slice(0, MOST_COLOURS)
  const indexOf = new Map(byCount.map((colour, i) => [colour, i < MOST_COLOURS ? i : nearest(colour, palette)]))
  return { palette, indexOf }
}

function nearest(colour: number, palette: readonly number[]): number {
  const [red, green, blue] = channels(colour)
  const distances = palette.map(other => {
    const [r, g, b] = channels(other)
    return (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2
  })
  return distances.indexOf(Math.min(...distances))
}

/** Length, type, data, and the checksum of type and data; section 5.3. */
function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}
