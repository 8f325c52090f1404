import { createCanvas, loadImage } from '@napi-rs/canvas'
import { expect, test } from 'vitest'
import { chartPicture } from './chart-picture.ts'
import { applied, approved, at, diagnosis, incidentAfter, previewed, reader } from './fixtures/checkout.ts'

const LARGEST = 20_000 // bytes: as base64 it fits into a card of Teams beside everything else

test('the series as a picture that fits into a card, with its words', async () => {
  const picture = await chartPicture(incidentAfter([previewed, approved, applied]), { ...reader, now: at(30) })
  expect(picture?.title).toBe('checkout errors 31 % (usually 0.2 %)')
  expect(picture?.alt).toMatch(/14:01 rollout of checkout to v2\.31\. 14:02 began\./)
  const { png } = picture ?? { png: new Uint8Array() }
  expect(png.length).toBeLessThan(LARGEST)
  const { width, height, shares } = await look(png)
  expect([width, height]).toEqual([640, 280])
  expect(shares.ground).toBeGreaterThan(0.8)
  expect(shares.series).toBeGreaterThan(0.003) // a line across the plot
})

test('the same incident is the same picture', async () => {
  const [one, other] = [await chartPicture(incidentAfter(), reader), await chartPicture(incidentAfter(), reader)]
  expect(one?.png).toEqual(other?.png)
})

test('whatever a finding is called, it is drawn', async () => {
  for (const title of ['x'.repeat(5_000), 'a b '.repeat(400), '決済 {b|x} \u0000\u202E<b>', '']) {
    const findings = diagnosis.findings.map(finding => ({ ...finding, title }))
    const picture = await chartPicture(incidentAfter([], { findings }), reader)
    expect(picture?.png.length).toBeLessThan(LARGEST)
  }
})

test('no series, no picture', async () => {
  expect(await chartPicture(incidentAfter([], { signals: [] }), reader)).toBeUndefined()
})

async function look(png: Uint8Array) {
  const { width, height } = await loadImage(Buffer.from(png))
  const context = createCanvas(width, height).getContext('2d')
  context.drawImage(await loadImage(Buffer.from(png)), 0, 0)
  const pixels = context.getImageData(0, 0, width, height).data
  const share = (red: number, green: number, blue: number) => {
    let count = 0
    for (let i = 0; i < pixels.length; i += 4) {
      if (pixels[i] === red && pixels[i + 1] === green && pixels[i + 2] === blue) count++
    }
    return count / (width * height)
  }
  return { width, height, shares: { ground: share(255, 255, 255), series: share(0xb3, 0x30, 0x0f) } }
}
