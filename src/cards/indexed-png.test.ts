import { createCanvas, loadImage } from '@napi-rs/canvas'
import { expect, test } from 'vitest'
import { indexedPng } from './indexed-png.ts'

const WIDTH = 32
const HEIGHT = 24

test('up to 256 colours come back as they were', async () => {
  const pixels = drawing(i => [i % 256, 7, 255 - (i % 256)])
  expect(await read(indexedPng(pixels, WIDTH, HEIGHT))).toEqual(pixels)
})

test('beyond, the most frequent stay exact and the others become the nearest', async () => {
  const pixels = drawing(i => (i < 400 ? [255, 255, 255] : [i % 256, i >> 8, 0]))
  const back = await read(indexedPng(pixels, WIDTH, HEIGHT))
  expect(back.slice(0, 1_600)).toEqual(pixels.slice(0, 1_600))
  const off = Math.max(...back.map((value, i) => Math.abs(value - (pixels[i] ?? 0))))
  expect(off).toBeLessThan(100)
  expect(off).toBeGreaterThan(0)
})

function drawing(colour: (pixel: number) => [red: number, green: number, blue: number]): Uint8ClampedArray {
  return Uint8ClampedArray.from(Array.from({ length: WIDTH * HEIGHT }, (_, i) => [...colour(i), 255]).flat())
}

/** As another program decodes it. */
async function read(png: Uint8Array): Promise<Uint8ClampedArray> {
  const image = await loadImage(Buffer.from(png))
  const context = createCanvas(image.width, image.height).getContext('2d')
  context.drawImage(image, 0, 0)
  return context.getImageData(0, 0, WIDTH, HEIGHT).data
}
