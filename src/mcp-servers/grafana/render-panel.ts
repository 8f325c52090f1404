// The tool render_panel: a panel as a picture, where Grafana has an image renderer; else a refusal that links to the panel.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { RoomDeps } from '../resilience.ts'
import { longestOf } from './query-span.ts'
import type { Grafana } from './client.ts'
import { dashboardUid, panelNumber, spanOf, timeRange, variableValues } from './grammar.ts'
import type { Links } from './links.ts'

const LARGEST_PICTURE = 1024 * 1024 // bytes; clients refuse answers of more
const KEPT = 8 // pictures between an answer and its being sent: as many as may be under way at once

export function renderPanel(grafana: Grafana, links: Links, { resilience }: RoomDeps): ReadTool {
  // The picture goes out beside the facts and not among them: base64 would cost a model a token for every three bytes.
  const pictures = new Map<string, Uint8Array>()

  return defineReadTool({
    name: 'render_panel',
    title: 'A panel as a picture',
    description: "A panel as PNG, where Grafana's image renderer is installed; else refused with a link to the panel.",
    input: z.object({
      dashboard_id: dashboardUid,
      panel_id: panelNumber,
      time_range: timeRange,
      variables: variableValues,
      width: z.int().min(200).max(1600).default(800),
      height: z.int().min(100).max(1000).default(400),
      theme: z.enum(['light', 'dark']).default('light'),
    }),
    output: z.object({ url: z.string(), sha256: z.string(), bytes: z.int() }),
    text: ({ url, bytes }) => `PNG of ${bytes} bytes, of ${url}`,
    attach({ sha256 }) {
      const png = pictures.get(sha256)
      pictures.delete(sha256)
      return png ? [{ type: 'image', data: Buffer.from(png).toString('base64'), mimeType: 'image/png' }] : []
    },
    async run({ dashboard_id: dashboard, panel_id: panel, time_range: range, variables, ...look }, { signal, now }) {
      const span = spanOf(range, now(), longestOf())
      const url = links.panel(dashboard, panel, { span, variables })
      const able = await resilience.run('read the settings', each => grafana.hasRenderer(each), { signal })
      if (!able) {
        throw new Fault('not_found', `This Grafana has no image renderer. Open the panel instead: ${url}`, {
          details: { url },
        })
      }
      const asked = { dashboard, panel, span, variables, ...look }
      const png = await resilience.run('render a panel', each => grafana.picture(asked, each), {
        signal,
        attempts: 1, // a second one would find the same browser still busy with the first
      })
      if (png.byteLength > LARGEST_PICTURE)
        throw new Fault('resource', `The picture has ${png.byteLength} bytes. Ask for a smaller one, or open ${url}`)
      const sha256 = createHash('sha256').update(png).digest('hex')
      keep(sha256, png)
      return { url, sha256, bytes: png.byteLength }
    },
  })

  function keep(sha256: string, png: Uint8Array): void {
    pictures.set(sha256, png)
    const [oldest] = pictures.keys()
    if (pictures.size > KEPT && oldest !== undefined) pictures.delete(oldest)
  }
}
