import { expect, test } from 'vitest'
import { applyJsonPatch, parseJsonPatch, PatchFailed, PatchPanicked } from './json-patch.ts'

const document = { list: ['a', 'b'], map: { key: 'value', 'a/b~c': 1 } }
const apply = (...operations: Record<string, unknown>[]) => applyJsonPatch(document, operations)

test('each operation, in order, on a copy', () => {
  expect(apply({ op: 'add', path: '/list/1', value: 'x' })).toMatchObject({ list: ['a', 'x', 'b'] })
  expect(apply({ op: 'add', path: '/list/-', value: 'x' })).toMatchObject({ list: ['a', 'b', 'x'] })
  expect(apply({ op: 'replace', path: '/list/0', value: 'x' })).toMatchObject({ list: ['x', 'b'] })
  expect(apply({ op: 'replace', path: '/map/new', value: 1 })).toMatchObject({ map: { new: 1 } })
  expect(apply({ op: 'remove', path: '/list/0' })).toMatchObject({ list: ['b'] })
  expect(apply({ op: 'move', from: '/map/key', path: '/moved' })).toMatchObject({ moved: 'value', map: { 'a/b~c': 1 } })
  expect(apply({ op: 'copy', from: '/list', path: '/map/list' })).toMatchObject({ map: { list: ['a', 'b'] } })
  expect(apply({ op: 'test', path: '/map/a~1b~0c', value: 1 })).toEqual(document)
  expect(apply({ op: 'test', path: '', value: document })).toEqual(document)
  expect(document.list).toEqual(['a', 'b'])
})

test('what cannot be done fails, what a real server dies of panics', () => {
  for (const operation of [
    { op: 'add', path: '/none/key', value: 1 },
    { op: 'add', path: '/list/9', value: 1 },
    { op: 'remove', path: '/map/none' },
    { op: 'copy', from: '/map/none', path: '/x' },
    { op: 'test', path: '/map/key', value: null },
    { op: 'test', path: '/map/key' },
    { op: 'add', path: 'map/key', value: 1 },
  ])
    expect(() => apply(operation), JSON.stringify(operation)).toThrow(PatchFailed)
  expect(() => apply({ op: 'test', path: '/map/none' })).toThrow(PatchPanicked)
})

test('a key called __proto__ is a key', () => {
  const [operation = {}] = parseJsonPatch('[{"op":"add","path":"/map/__proto__","value":{"polluted":true}}]')
  const result = apply(operation) as typeof document
  expect(Object.hasOwn(result.map, '__proto__')).toBe(true)
  expect(Object.getPrototypeOf(result.map)).toBe(Object.prototype)
})
