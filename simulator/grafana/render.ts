// GET /render/d-solo/{uid}/{slug}: a panel as a picture. Without its image renderer Grafana answers a picture all the same,
// one that says so; whether there is a renderer stands in /api/frontend/settings.
import { crc32, deflateSync } from 'node:zlib'
import type { Cloud } from '../cloud.ts'
import { failure, json, type Reply } from './reply.ts'

const mostPixels = 3000 // a side

export function frontendSettings(renderer: boolean, version: string): Reply {
  return json({
    rendererAvailable: renderer,
    rendererVersion: renderer ? '3.12.0' : '',
    rendererDefaultImageWidth: 1000,
    rendererDefaultImageHeight: 500,
    buildInfo: { version, edition: 'Open Source', env: 'production' },
  })
}

/** The panel's picture is one colour; without a renderer it is grey and always of one size. */
export function renderedPanel(cloud: Cloud, uid: string, renderer: boolean, parameters: URLSearchParams): Reply {
  const known = cloud.dashboards().some(dashboard => dashboard.uid === uid)
  if (!known) return failure(404, 'Dashboard not found')
  if (!renderer) return picture(300, 150, [0x80, 0x80, 0x80])
  const side = (name: string, usual: number) => Math.min(Number(parameters.get(name)) || usual, mostPixels)
  return picture(side('width', 1000), side('height', 500), [0x5a, 0x9b, 0xd5])
}

function picture(width: number, height: number, [red, green, blue]: [number, number, number]): Reply {
  return { status: 200, body: png(width, height, Buffer.from([red, green, blue])), contentType: 'image/png' }
}

/** https://www.w3.org/TR/png-3/: a palette of one colour, so a row is zeros, its filter byte before it. */
function png(width: number, height: number, colour: Buffer): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8) // bit depth, palette, deflate, filters, not interlaced
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', colour),
    chunk('IDAT', deflateSync(Buffer.alloc((width + 1) * height))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}
