import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { categoryOf, isSorted } from './categories.ts'

const ROOMS = fileURLToPath(new URL('../src/', import.meta.url))

/** Every name of a fault that stands in the source: after `fault:`, or first in a list of faults. */
function faultsIn(text: string): string[] {
  const fields = [...text.matchAll(/\bfault: (.*?)(?=, \w+:|[,}]?$)/gm)].flatMap(([, value = '']) =>
    [...` : ${value}`.matchAll(/[:?] '([^']+)'/g)].map(([, name = '']) => name),
  )
  const lists = [...text.matchAll(/FAULTS\b[^\n]*= \[\n([^]*?)\n\]/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/^ {2}\[\s*'([^']+)'/gm)].map(([, name = '']) => name),
  )
  const tables = [...text.matchAll(/FAULTS = \{\n([^]*?)\n\}/g)].flatMap(([, table = '']) =>
    [...table.matchAll(/: '([^']+)'/g)].map(([, name = '']) => name),
  )
  return [...fields, ...lists, ...tables]
}

test('every fault the checks and the rankers can name has a category', () => {
  const files = globSync(['mcp-servers/kubernetes/checks/*.ts', 'analysis/**/*.ts'], { cwd: ROOMS })
  const sources = files.filter(file => !/\.(test|fixture)\.ts$/.test(file))
  const faults = new Set(sources.flatMap(file => faultsIn(readFileSync(`${ROOMS}${file}`, 'utf8'))))
  expect(faults.size).toBeGreaterThan(80)
  expect([...faults].filter(fault => !isSorted(fault))).toEqual([])
})

test('a symptom decides nothing', () => {
  expect(categoryOf('Unavailable')).toBe('unknown')
  expect(categoryOf(undefined)).toBe('unknown')
  expect(categoryOf('QuotaExceeded')).toBe('resource_exhaustion')
})
