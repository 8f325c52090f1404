// Reads the imports of a tree and says which of them go where docs/architecture.md draws no arrow.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

const ROOMS = ['incident', 'mcp-servers', 'analysis', 'agent', 'cards', 'bot'] as const
type Room = (typeof ROOMS)[number] | 'front door' | 'web' | 'simulator' | 'evals' | 'bench'

/** Who may import whom; `types` of it only where that is said. */
const ARROWS: Record<Room, { to: Room[]; types?: Room[] }> = {
  incident: { to: [] },
  'mcp-servers': { to: ['incident'] },
  analysis: { to: ['incident'] },
  agent: { to: ['incident'] },
  cards: { to: ['incident'] },
  bot: { to: ['incident', 'cards'] },
  'front door': { to: [...ROOMS, 'simulator', 'evals', 'bench'] },
  web: { to: [], types: ['incident', 'cards'] },
  simulator: { to: [] },
  evals: { to: [...ROOMS, 'front door', 'simulator'] },
  bench: { to: [...ROOMS, 'front door', 'simulator'] },
}

const SOURCE_ROOMS = ['kubernetes', 'sentry', 'cloudwatch', 'grafana'] as const
const SAME_FILES = ['server.ts', 'schema.ts', 'client.ts', 'mapper.ts', 'tools.ts', 'readme.md'] as const

/** One sentence a broken arrow, empty when the house stands. Tests are not looked at: they may reach anywhere. */
export function brokenArrows(root: string): string[] {
  const files = sourceFiles(root)
  return [
    ...files.flatMap(file => importsOf(root, file).flatMap(line => judge(root, file, line))),
    ...unlikeRooms(root),
  ]
}

type Import = { specifier: string; typeOnly: boolean }

function judge(root: string, file: string, { specifier, typeOnly }: Import): string[] {
  const from = roomOf(file)
  const target = targetOf(root, file, specifier)
  if (target === undefined) {
    const outside = from === 'incident' && specifier !== 'node:crypto'
    return outside ? [`${file} imports ${specifier}: the heart imports itself and node:crypto only`] : []
  }
  const to = roomOf(target)
  if (from === to) return [...betweenServers(file, target), ...spelling(file, specifier, specifier.startsWith('#'))]
  const { to: allowed, types = [] } = ARROWS[from]
  if (!allowed.includes(to) && !(typeOnly && types.includes(to)))
    return [`${file} imports ${specifier}: no arrow from ${from} to ${to}`]
  const isRoom = (ROOMS as readonly string[]).includes(to)
  return spelling(file, specifier, isRoom && !specifier.startsWith('#'))
}

function spelling(file: string, specifier: string, wrong: boolean): string[] {
  return wrong ? [`${file} imports ${specifier}: relative inside a room, # across rooms`] : []
}

/** The rooms of servers never import one another; what they share lies beside them. */
function betweenServers(file: string, target: string): string[] {
  const server = (path: string) => /^src\/mcp-servers\/([a-z]+)\//.exec(path)?.[1]
  const [a, b] = [server(file), server(target)]
  return a && b && a !== b ? [`${file} imports ${target}: no arrow between servers`] : []
}

function unlikeRooms(root: string): string[] {
  return SOURCE_ROOMS.flatMap(server => {
    const folder = join(root, 'src', 'mcp-servers', server)
    if (!existsSync(folder)) return [`src/mcp-servers/${server} is missing`]
    return SAME_FILES.filter(name => !existsSync(join(folder, name))).map(
      name => `src/mcp-servers/${server} has no ${name}`,
    )
  })
}

function roomOf(file: string): Room {
  const [top = '', second = ''] = file.split('/')
  if (top !== 'src') return top as Room
  return ROOMS.find(room => room === second) ?? 'front door'
}

/** Path within the tree; undefined for packages and Node's own modules. */
function targetOf(root: string, file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`
  if (!specifier.startsWith('.')) return undefined
  return relative(root, resolve(root, dirname(file), specifier))
    .split(sep)
    .join('/')
}

const IMPORT = /^\s*(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm

function importsOf(root: string, file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(IMPORT)].map(([, type, named, dynamic]) => ({
    specifier: named ?? dynamic ?? '',
    typeOnly: type !== undefined,
  }))
}

function sourceFiles(root: string): string[] {
  return ['src', 'web/src', 'simulator', 'evals', 'bench'].flatMap(folder => {
    if (!existsSync(join(root, folder))) return []
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map(name => `${folder}/${name.split(sep).join('/')}`)
      .filter(name => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
  })
}
