// Templates whose vectors are directions in space, so that what is near is known: clusters keep their ids while templates come
// and go.
import { expect, test } from 'vitest'
import type { Embedder } from './embed.ts'
import { randomFrom } from './random.ts'
import { clusterOf, countOf, createTemplateClusters, place, type Said } from './template-clusters.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const START = Date.parse('2026-11-20T10:00:00Z')
const DIMS = 6

/** `axis 2, 30.5 degrees off` -> the unit vector so far from that axis, towards the last. */
function space(name: string, turned = 0): Embedder {
  return {
    name,
    dims: DIMS,
    alike: 0.5,
    embed: texts =>
      Float32Array.from(
        texts.flatMap(text => {
          const [axis = 0, degrees = 0] = text.match(/[\d.]+/g)?.map(Number) ?? []
          const row = Array<number>(DIMS).fill(0)
          row[(axis + turned) % (DIMS - 1)] = Math.cos((degrees * Math.PI) / 180)
          row[DIMS - 1] = Math.sin((degrees * Math.PI) / 180)
          return row
        }),
      ),
  }
}
const embedder = space('space')

function at(axis: number, degrees: number, ...times: number[]): Said {
  return { id: `${axis}/${degrees}`, example: `axis ${axis}, ${degrees} degrees off`, times }
}

const THREE = [0, 1, 2].flatMap(axis => [at(axis, 0, START), at(axis, 1, START)])

test('over a day of new templates three clusters stay three, under the ids they had', () => {
  const state = createTemplateClusters()
  const random = randomFrom(7)
  place(state, THREE, embedder, START)
  const ids = [0, 1, 2].map(axis => clusterOf(state, `${axis}/0`))
  expect(new Set(ids).size).toBe(3)
  for (let minute = 1; minute < 24 * 60; minute++) {
    const now = START + minute * MINUTE
    const said = at(Math.floor(3 * random()), 10 * random(), now)
    place(state, [said], embedder, now)
    expect(clusterOf(state, said.id)).toBe(ids[Number(said.id[0])])
  }
  expect(state.templates.size).toBeLessThanOrEqual(1000)
  expect(ids.reduce((sum, id) => sum + countOf(state, id!), 0)).toBe(THREE.length + 24 * 60 - 1)
})

test('what nothing is like is in none, and joins what comes to be like it', () => {
  const many = [0, 1, 2].flatMap(axis => Array.from({ length: 30 }, (_, i) => at(axis, i / 10, START)))
  for (const before of [THREE, many]) {
    const state = createTemplateClusters()
    place(state, [...before, at(3, 0, START)], embedder, START)
    expect(clusterOf(state, '3/0')).toBeUndefined()
    place(state, [at(3, 1, START + MINUTE)], embedder, START + MINUTE)
    expect(clusterOf(state, '3/0')).toBeDefined()
    expect(clusterOf(state, '3/1')).toBe(clusterOf(state, '3/0'))
  }
})

test('messages that are all about one thing are one cluster', () => {
  const state = createTemplateClusters()
  place(state, [at(0, 0, START), at(0, 2, START), at(0, 3, START), at(4, 0, START)], embedder, START)
  expect(clusterOf(state, '0/0')).toBeDefined()
  expect(['0/2', '0/3', '4/0'].map(id => clusterOf(state, id))).toEqual([
    clusterOf(state, '0/0'),
    clusterOf(state, '0/0'),
    undefined,
  ])
})

test('a signal that is seen again is counted once', () => {
  const state = createTemplateClusters()
  place(state, THREE, embedder, START)
  place(state, [at(0, 0, START, START + MINUTE)], embedder, START + MINUTE)
  expect(countOf(state, clusterOf(state, '0/0')!)).toBe(3)
})

test('a cluster that goes on with other templates keeps its id, and the count of those not seen for a day', () => {
  const state = createTemplateClusters()
  place(state, THREE, embedder, START)
  const id = clusterOf(state, '0/0')!
  const later = START + 20 * HOUR
  place(state, [at(0, 2, later)], embedder, later)
  expect(clusterOf(state, '0/2')).toBe(id)
  const latest = START + 26 * HOUR
  place(state, [at(0, 3, latest)], embedder, latest)
  expect([...state.templates.keys()]).toEqual(['0/2', '0/3'])
  expect(clusterOf(state, '0/3')).toBe(id)
  expect(countOf(state, id)).toBe(4)
})

test('of two clusters that turn out to be one the larger goes on, with the counts of both', () => {
  const state = createTemplateClusters()
  const apart = [at(0, 0, START, START + 1, START + 2), at(0, 1, START), at(0, 70, START), at(0, 71, START)]
  place(state, [...apart, at(1, 0, START), at(1, 1, START)], embedder, START)
  const [larger, smaller] = [clusterOf(state, '0/0')!, clusterOf(state, '0/70')!]
  expect(larger).not.toBe(smaller)
  const between = Array.from({ length: 24 }, (_, i) => at(0, 3 * i + 0.5, START + MINUTE))
  place(state, between, embedder, START + MINUTE)
  expect(clusterOf(state, '0/70')).toBe(larger)
  expect(countOf(state, larger)).toBe(6 + between.length)
  expect(countOf(state, smaller)).toBe(0)
})

test('a copy goes on as the original does, and another model keeps the ids', () => {
  const state = createTemplateClusters()
  const many = Array.from({ length: 100 }, (_, i) => at(i % 3, i / 20, START))
  place(state, many, embedder, START)
  const ids = many.map(({ id }) => clusterOf(state, id))
  const copy = structuredClone(state)
  const next = [at(0, 0.01, START + 1), at(1, 3.33, START + 1), at(4, 0, START + 1)]
  for (const each of [state, copy]) place(each, next, embedder, START + 1)
  expect(copy).toEqual(state)
  expect(next.map(({ id }) => clusterOf(state, id))).toEqual([ids[0], ids[1], undefined])
  place(copy, [at(0, 0.02, START + 2)], space('turned', 2), START + 2)
  expect(many.map(({ id }) => clusterOf(copy, id))).toEqual(ids)
  expect(clusterOf(copy, '0/0.02')).toBe(ids[0])
})
