import { describe, expect, test } from 'vitest'
import { applyMergePatch, applyStrategicPatch } from './merge-patch.ts'

test('a merge patch sets, merges and deletes; lists are replaced (the example of RFC 7396)', () => {
  const document = {
    title: 'Goodbye!',
    author: { givenName: 'John', familyName: 'Doe' },
    tags: ['example', 'sample'],
    content: 'This will be unchanged',
  }
  const patch = { title: 'Hello!', phoneNumber: '+01-123-456-7890', author: { familyName: null }, tags: ['example'] }
  expect(applyMergePatch(document, patch)).toEqual({
    title: 'Hello!',
    author: { givenName: 'John' },
    tags: ['example'],
    content: 'This will be unchanged',
    phoneNumber: '+01-123-456-7890',
  })
  expect(document.author.familyName).toBe('Doe')
})

describe('a strategic merge patch', () => {
  const spec = {
    containers: [
      {
        name: 'web',
        image: 'web:1',
        args: ['a', 'b'],
        env: [{ name: 'A', value: '1' }],
        ports: [{ containerPort: 80 }],
      },
      { name: 'side', image: 'side:1' },
    ],
    volumes: [{ name: 'data', emptyDir: {} }],
    finalizers: ['one'],
  }

  test('finds containers, variables and ports by their keys, as kubectl set sends them', () => {
    const patch = {
      '$setElementOrder/containers': [{ name: 'web' }],
      containers: [
        {
          name: 'web',
          image: 'web:2',
          args: ['c'],
          env: [{ name: 'B', value: '2' }],
          ports: [{ containerPort: 80, name: 'http' }],
        },
      ],
    }
    expect(applyStrategicPatch(spec, patch)).toEqual({
      ...spec,
      containers: [
        {
          name: 'web',
          image: 'web:2',
          args: ['c'],
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
          ports: [{ containerPort: 80, name: 'http' }],
        },
        { name: 'side', image: 'side:1' },
      ],
    })
  })

  test('deletes and replaces where told to', () => {
    const deleted = applyStrategicPatch(spec, { containers: [{ name: 'side', $patch: 'delete' }], volumes: null })
    expect(deleted).toEqual({ containers: [spec.containers[0]], finalizers: ['one'] })
    const replaced = applyStrategicPatch({ spec }, { spec: { $patch: 'replace', volumes: [] } })
    expect(replaced).toEqual({ spec: { volumes: [] } })
    const list = applyStrategicPatch(spec, { volumes: [{ name: 'other' }, { $patch: 'replace' }] })
    expect(list).toEqual({ ...spec, volumes: [{ name: 'other' }] })
    const keys = applyStrategicPatch(
      { strategy: { type: 'RollingUpdate', rollingUpdate: {} } },
      {
        strategy: { $retainKeys: ['type'], type: 'Recreate' },
      },
    )
    expect(keys).toEqual({ strategy: { type: 'Recreate' } })
    const primitives = applyStrategicPatch(spec, {
      '$deleteFromPrimitiveList/finalizers': ['one'],
      finalizers: ['two'],
    })
    expect(primitives).toMatchObject({ finalizers: ['two'] })
  })
})
