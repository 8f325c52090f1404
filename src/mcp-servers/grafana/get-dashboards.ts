// The tool get_dashboards: which dashboards there are, with their panels on request.
import { z } from 'zod'
import { asFault } from '#incident/fault.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import { BRIEF } from '../wire.ts'
import type { Grafana } from './client.ts'
import { tag } from './grammar.ts'
import type { Links } from './links.ts'
import { pageOutput, pageText } from '../list-page.ts'
import { panelsIn } from './schema.ts'
import type { SearchHit } from './schema.ts'

const FULL_AT_ONCE = 10 // each is a request of its own
const MOST_PANELS = 50

const dashboardSchema = z.object({
  uid: z.string(),
  title: z.string(),
  folder: z.string().optional(),
  tags: z.array(z.string()),
  url: z.string(),
  panels: z.array(z.string()).optional(),
})
BRIEF.add(dashboardSchema, { description: 'Also: folder, tags, url, panels ("id: title")', fields: ['uid', 'title'] })

export function getDashboards(grafana: Grafana, links: Links, { resilience }: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'get_dashboards',
    title: 'Dashboards',
    description: 'Dashboards by title, tags or folder. Then get_dashboard_summary for one of them.',
    input: z.object({
      folder: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,40}$/, { error: 'expected the uid of a folder' })
        .optional()
        .describe('uid of a folder'),
      tags: z.array(tag).max(10).default([]).describe('all of them must be there'),
      query: z.string().max(200).optional().describe('part of the title'),
      full: z.boolean().default(false).describe(`panels too; at most ${FULL_AT_ONCE} dashboards a page`),
      limit: z.int().min(1).max(200).default(50),
      cursor: z
        .string()
        .regex(/^\d{1,4}\.\d{1,3}$/)
        .optional()
        .describe('nextCursor of the page before'),
    }),
    output: z.object({
      items: z.array(dashboardSchema),
      ...pageOutput,
    }),
    text: ({ items, ...page }) =>
      pageText(
        items.flatMap(({ uid, title, folder, tags, panels = [] }) => [
          `${uid}  ${folder ? `${folder} / ` : ''}${title}${tags.length > 0 ? `  [${tags.join(', ')}]` : ''}`,
          ...panels.map(panel => `  ${panel}`),
        ]),
        page,
      ),
    async run({ folder, tags, query, full, limit, cursor }, { signal }) {
      // Grafana counts pages of one size: what a cursor continues keeps the size it began with.
      const [page, size] = cursor?.split('.').map(Number) ?? [1, full ? Math.min(limit, FULL_AT_ONCE) : limit]
      const asked = { limit: size ?? limit, page: page ?? 1, query, tags, folder }
      const hits = await resilience.run('list dashboards', each => grafana.dashboards(asked, each), {
        signal,
      })
      const items = await Promise.all(
        hits.map(async hit => ({ ...view(hit), ...(full && (await panelsOf(hit.uid, signal))) })),
      )
      if (hits.length < asked.limit)
        return { items, truncated: false, ...(items.length === 0 && asked.page === 1 && { hint: EMPTY }) }
      const nextCursor = `${asked.page + 1}.${asked.limit}`
      return { items, truncated: true, nextCursor, hint: 'There may be more. Narrow by query, tags or folder.' }
    },
  })

  function view({ uid, title, folderTitle, tags }: SearchHit) {
    return {
      uid: safe(uid),
      title: safe(title),
      ...(folderTitle && { folder: safe(folderTitle) }),
      tags: tags.map(safe),
      url: links.dashboard(uid),
    }
  }

  async function panelsOf(uid: string, signal: AbortSignal): Promise<{ panels: string[] }> {
    try {
      const value = await resilience.run('read a dashboard', each => grafana.dashboard(uid, each), { signal })
      const titled = panelsIn(value).filter(panel => panel.type !== 'row' && panel.id != null)
      const panels = titled.slice(0, MOST_PANELS).map(({ id, title }) => `${id}: ${safe(title)}`)
      const left = titled.length - panels.length
      return { panels: left > 0 ? [...panels, `${left} more, see get_dashboard_summary`] : panels }
    } catch (error) {
      return { panels: [`could not be read: ${asFault(error).message}`] }
    }
  }
}

const EMPTY = 'None. Leave out query, tags or folder.'
