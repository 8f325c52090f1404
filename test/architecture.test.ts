import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { brokenArrows } from './arrows.ts'

const root = join(import.meta.dirname, '..')

test('every import follows an arrow, and every source server has the same rooms', () => {
  expect(brokenArrows(root)).toEqual([])
})

test('a broken arrow is seen', () => {
  expect(brokenArrows(join(import.meta.dirname, 'fixtures', 'broken-house')).sort()).toEqual(
    [
      'src/analysis/vendor.ts imports #mcp-servers/sentry/mapper.ts: no arrow from analysis to mcp-servers',
      'src/bot/web.ts imports ../cards/card.ts: relative inside a room, # across rooms',
      'src/incident/clock.ts imports node:fs: the heart imports itself and node:crypto only',
      'src/incident/clock.ts imports zod: the heart imports itself and node:crypto only',
      'src/mcp-servers/cloudwatch has no readme.md',
      'src/mcp-servers/grafana is missing',
      'src/mcp-servers/sentry/mapper.ts imports src/mcp-servers/cloudwatch/client.ts: no arrow between servers',
      'simulator/cheat.ts imports ../src/incident/clock.ts: no arrow from simulator to incident',
      'web/src/page.ts imports #cards/card.ts: no arrow from web to cards',
    ].sort(),
  )
})

test('the tree in the README is the tree', () => {
  const tree = /```tree\n(.*?)```/s.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? ''
  const told = tree.split('\n').flatMap(line => /^(\S+)\s/.exec(line)?.[1] ?? [])
  const hidden = new Set(['.git', 'node_modules', 'dist', 'data'])
  const top = readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !hidden.has(name))
    .filter(entry => entry.isDirectory())
    .map(({ name }) => `${name}/`)
  const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).map(entry =>
    entry.isDirectory() ? `src/${entry.name}/` : `src/${entry.name}`,
  )
  const wanted = [...top.filter(name => name !== 'src/'), ...rooms.filter(name => !name.endsWith('.test.ts'))]
  expect(told.toSorted()).toEqual(wanted.toSorted())
})
