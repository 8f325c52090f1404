// LogQL over a handful of lines: which lines come back in which order, and counts on a grid.
import { expect, test } from 'vitest'
import { openCloud } from '../cloud.ts'
import { countLines, readLines } from './log-store.ts'
import { parseLogql } from './logql.ts'
import { smallStory } from './small-story.ts'

const web = { app: 'web', level: 'error' }
const db = { app: 'db', level: 'info' }
const logs = [
  { at: 10_000, labels: web, line: 'GET /pay 500 in 31 ms' },
  { at: 20_000, labels: { ...web }, line: 'GET /pay 200' },
  { at: 20_000, labels: db, line: 'checkpoint complete' },
  { at: 65_000, labels: web, line: 'POST /pay 503' },
  { at: 90_000, labels: db, line: 'too many connections' },
]
const cloud = openCloud(smallStory({ logs }), () => 80_000)

function lines(
  query: string,
  { from = 0, to = 100_000, limit = 100, direction = 'backward' as 'backward' | 'forward' } = {},
) {
  const parsed = parseLogql(query)
  if (parsed.kind !== 'lines') throw new Error(`${query} asks for counts`)
  return readLines(cloud, parsed, { from, to, limit, direction }).map(({ line }) => line)
}

function counts(query: string, grid: { start: number; end: number; step: number }) {
  const parsed = parseLogql(query)
  if (parsed.kind !== 'count') throw new Error(`${query} asks for lines`)
  return countLines(cloud, parsed, grid).map(({ labels, at, values }) => [
    labels,
    at.map((moment, i) => [moment, values[i]]),
  ])
}

test('lines of matching streams that pass every filter, newest first, up to the limit, never from the future', () => {
  expect(lines('{app="web"}')).toEqual(['POST /pay 503', 'GET /pay 200', 'GET /pay 500 in 31 ms'])
  expect(lines('{app=~"web|db"} != "GET"')).toEqual(['POST /pay 503', 'checkpoint complete'])
  expect(lines('{app="web"} |~ "50[0-9]" !~ `^POST`')).toEqual(['GET /pay 500 in 31 ms'])
  expect(lines('{app="web"} |= "pay"', { limit: 1 })).toEqual(['POST /pay 503'])
  expect(lines('{app="web"} |= "pay"', { limit: 2, direction: 'forward' })).toEqual([
    'GET /pay 500 in 31 ms',
    'GET /pay 200',
  ])
})

test('the span holds its start and not its end', () => {
  expect(lines('{app="web"}', { from: 10_000, to: 20_000 })).toEqual(['GET /pay 500 in 31 ms'])
  expect(lines('{app="web"}', { from: 20_000, to: 65_001 })).toEqual(['POST /pay 503', 'GET /pay 200'])
})

test('counts and rates lie on the grid; a moment without lines has no point', () => {
  const grid = { start: 0, end: 120_000, step: 30_000 }
  expect(counts('count_over_time({app="web"}[30s])', grid)).toEqual([
    [
      web,
      [
        [30_000, 2],
        [90_000, 1],
      ],
    ],
  ])
  expect(counts('sum(rate({app=~".+"} |= "pay" [1m]))', { start: 60_000, end: 60_000, step: 1 })).toEqual([
    [{}, [[60_000, 2 / 60]]],
  ])
  expect(counts('sum by (level) (count_over_time({app=~".+"}[1m]))', { start: 60_000, end: 60_000, step: 1 })).toEqual([
    [{ level: 'error' }, [[60_000, 2]]],
    [{ level: 'info' }, [[60_000, 1]]],
  ])
})

test.each([
  ['{app="web"} | json', 'not simulated: LogQL parser or label stage'],
  ['sum(bytes_rate({app="web"}[1m]))', 'not simulated: LogQL function bytes_rate'],
  ['{app="web"} |= "a" or "b"', 'not simulated: or between line filters'],
  ['{app=~".*"}', 'queries require at least one regexp or equality matcher'],
  ['{app="web"} |= 5', 'unexpected number "5" in line filter, expected string'],
  ['{app="web"', 'unexpected end of input'],
])('%s is refused', (query, message) => {
  expect(() => parseLogql(query)).toThrow(message)
})
