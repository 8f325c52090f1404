import { expect, test } from 'vitest'
import { valueAt } from './select.ts'
import { templateChanges } from './template-changes.ts'

test('a path finds fields of the object only, through lists too', () => {
  const object = { spec: { containers: [{ image: 'a' }, { image: 'b' }] } }
  expect(valueAt(object, 'spec.containers.image')).toEqual(['a', 'b'])
  expect(valueAt(object, 'spec.constructor')).toBeUndefined()
  expect(valueAt(object, '__proto__.toString')).toBeUndefined()
})

test('an annotation may be called as what every object has', () => {
  const before = { metadata: { labels: {}, annotations: {} } }
  const after = { metadata: { labels: {}, annotations: { constructor: 'x' } } }
  expect(templateChanges(before, after)).toEqual(['pod annotation constructor is added'])
})
