// What an aggregated API tells of itself becomes a path only where it is what Kubernetes allows.
import { expect, it } from 'vitest'
import { customKinds } from './custom-kinds.ts'

const GROUPS = ['cert-manager.io', '../../api', 'metrics.k8s.io', 'shop.example/..'].map(name => ({
  name,
  preferredVersion: { version: 'v1' },
}))
const RESOURCES = ['certificates', 'certificates/status', '..', '..%2f..%2fsecrets', 'Secrets?watch=1'].map(name => ({
  name,
  kind: 'Certificate',
  verbs: ['get', 'list'],
}))

it('names that are none are neither asked for nor told', async () => {
  const asked: string[] = []
  const client = {
    get: (path: string): Promise<unknown> => {
      asked.push(path)
      return Promise.resolve(path === '/apis' ? { groups: GROUPS } : { resources: RESOURCES })
    },
  }
  const kinds = await customKinds({ client, deps: { clock: () => 0 } }, new AbortController().signal)
  expect(kinds).toEqual([{ group: 'cert-manager.io', version: 'v1', plural: 'certificates', kind: 'Certificate' }])
  expect(asked).toEqual(['/apis', '/apis/cert-manager.io/v1'])
})
