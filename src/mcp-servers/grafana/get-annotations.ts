// The tool get_annotations: what people and pipelines noted on the graphs.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { RoomDeps } from '../resilience.ts'
import { momentOf, whenSchema } from '../window.ts'
import { BRIEF } from '../wire.ts'
import type { Grafana } from './client.ts'
import { dashboardUid, tag } from './grammar.ts'
import { pageOf, pageOutput, pageText } from '../list-page.ts'
import { annotationView } from './mapper.ts'

const FURTHEST = 2000 // Grafana knows no pages of annotations: each reads all before it again

const annotationSchema = z.object({
  id: z.number(),
  at: z.iso.datetime(),
  end: z.iso.datetime().optional(),
  text: z.string(),
  tags: z.array(z.string()),
})
BRIEF.add(annotationSchema, { description: 'Also: id, end, tags', fields: ['at', 'text'] })

export function getAnnotations(grafana: Grafana, { resilience }: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'get_annotations',
    title: 'Annotations',
    description:
      'What people and pipelines noted on the graphs since a moment (deployments, maintenance), newest first.',
    input: z.object({
      since: whenSchema.default('now-24h').describe('15m, now-1h, ISO 8601 or epoch ms'),
      tags: z.array(tag).max(10).default([]).describe('all of them must be there'),
      dashboard_id: dashboardUid.optional().describe('only those of this dashboard'),
      limit: z.int().min(1).max(500).default(50),
      cursor: z
        .string()
        .regex(/^\d{1,14}\.\d{1,14}\.\d{1,4}$/)
        .optional()
        .describe('nextCursor of the page before'),
    }),
    output: z.object({
      items: z.array(annotationSchema),
      ...pageOutput,
    }),
    text: ({ items, ...page }) =>
      pageText(
        items.map(({ at, end, text, tags }) => `${at}${end ? ` to ${end}` : ''} ${text} [${tags.join(', ')}]`),
        page,
      ),
    async run({ since, tags, dashboard_id: dashboard, limit, cursor }, { signal, now }) {
      // The window of the first page, so that what is noted meanwhile moves nothing.
      const [from = momentOf(since, now()), to = now(), start = 0] = cursor?.split('.').map(Number) ?? []
      if (start + limit > FURTHEST)
        throw new Fault('validation', `At most the newest ${FURTHEST} can be read. Narrow by since or tags.`)
      const asked = { from, to, tags, dashboard, limit: start + limit + 1 }
      const value = await resilience.run('list annotations', each => grafana.annotations(asked, each), { signal })
      const { nextCursor, ...page } = pageOf(value.rows, { limit, cursor: String(start) }, HINTS)
      return {
        ...page,
        items: page.items.map(annotationView),
        ...(nextCursor && { nextCursor: `${from}.${to}.${nextCursor}` }),
      }
    },
  })
}

const HINTS = { empty: 'None. Look further back with since, or leave out tags.', narrow: 'Narrow by since or tags.' }
