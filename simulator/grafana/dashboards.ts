// GET /api/search and /api/dashboards/uid/{uid}: the recording's dashboards, all in the General folder.
import type { Cloud } from '../cloud.ts'
import type { Recording } from '../recording.ts'
import { json, type Reply } from './reply.ts'

type Dashboard = Recording['dashboards'][number]

const defaultLimit = 1_000 // Grafana's own; its bound is 5000
const mostHits = 5_000

/** By title; every `tag` must be there, `query` somewhere in the title. */
export function searchDashboards(cloud: Cloud, parameters: URLSearchParams): Reply {
  const wanted = (parameters.get('query') ?? '').toLowerCase()
  const tags = parameters.getAll('tag').filter(tag => tag !== '')
  const folders = parameters.getAll('folderUIDs')
  const limit = Math.min(Number(parameters.get('limit') ?? 0) || defaultLimit, mostHits)
  const page = Number(parameters.get('page') ?? 0) || 1
  const elsewhere = folders.length > 0 && !folders.includes('general')
  if (parameters.get('type') === 'dash-folder' || elsewhere) return json([])

  const hits = cloud
    .dashboards()
    .map((dashboard, i) => hit(dashboard, i + 1))
    .filter(({ title, tags: own }) => title.toLowerCase().includes(wanted) && tags.every(tag => own.includes(tag)))
    .sort((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0))
  return json(hits.slice((page - 1) * limit, page * limit))
}

export function oneDashboard(cloud: Cloud, uid: string): Reply {
  const position = cloud.dashboards().findIndex(each => each.uid === uid)
  const dashboard = cloud.dashboards()[position]
  if (!dashboard) return json({ message: 'Dashboard not found', status: 'not-found' }, 404)
  const created = new Date(cloud.story.recording.start).toISOString()
  const slug = slugOf(dashboard.title)
  return json({
    meta: {
      type: 'db',
      canSave: false,
      canEdit: false,
      canAdmin: false,
      canStar: false,
      canDelete: false,
      slug,
      url: `/d/${uid}/${slug}`,
      expires: '0001-01-01T00:00:00Z',
      created,
      updated: created,
      updatedBy: 'Anonymous',
      createdBy: 'Anonymous',
      version: 1,
      hasAcl: false,
      isFolder: false,
      folderId: 0,
      folderUid: '',
      folderTitle: 'General',
      folderUrl: '',
      provisioned: true,
      provisionedExternalId: '',
    },
    dashboard: { ...dashboard, id: position + 1 },
  })
}

function hit(dashboard: Dashboard, id: number) {
  const { uid, title } = dashboard
  const slug = slugOf(title)
  return {
    id,
    orgId: 1,
    uid,
    title,
    uri: `db/${slug}`,
    url: `/d/${uid}/${slug}`,
    slug: '',
    type: 'dash-db',
    tags: tagsOf(dashboard),
    isStarred: false,
    sortMeta: 0,
  }
}

function tagsOf({ tags }: Dashboard): string[] {
  return Array.isArray(tags) ? tags.filter(tag => typeof tag === 'string') : []
}

function slugOf(title: string): string {
  return title
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .join('-')
}
