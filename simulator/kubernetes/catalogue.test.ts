// Kinds that only a recording has: served and discovered as if their definitions were installed.
import { afterEach, expect, test } from 'vitest'
import type { KubernetesObject } from '../recording.ts'
import { recordingOf, startTinyCluster, type TinyCluster } from './tiny-cluster.ts'

let cluster: TinyCluster
afterEach(() => cluster.close())

const object = (apiVersion: string, kind: string, name: string, namespace?: string): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace && { namespace }) },
})

async function openWith(...objects: KubernetesObject[]): Promise<TinyCluster> {
  cluster = await startTinyCluster({ recording: recordingOf({ objects }) })
  return cluster
}

test('a custom kind is listed and found by its group, in every version it was seen in', async () => {
  const { ask } = await openWith(
    object('networking.istio.io/v1', 'VirtualService', 'web', 'shop'),
    object('networking.istio.io/v1beta1', 'VirtualService', 'api', 'shop'),
  )
  const groups = (await ask('GET', '/apis')).body.groups as { name: string; versions: { version: string }[] }[]
  const versions = groups.find(({ name }) => name === 'networking.istio.io')?.versions.map(({ version }) => version)
  expect(versions).toEqual(['v1', 'v1beta1'])
  expect((await ask('GET', '/apis/networking.istio.io/v1')).body.resources).toMatchObject([
    { name: 'virtualservices', kind: 'VirtualService', namespaced: true },
  ])
  for (const version of versions ?? []) {
    const list = (await ask('GET', `/apis/networking.istio.io/${version}/virtualservices`)).body
    expect(list.items.map((each: KubernetesObject) => each.metadata.name)).toEqual(['api', 'web'])
    const web = `/apis/networking.istio.io/${version}/namespaces/shop/virtualservices/web`
    expect((await ask('GET', web)).body.apiVersion).toBe(`networking.istio.io/${version}`)
  }
})

test('a definition says what its kind is called and where it stands; none of it need be there', async () => {
  const definition = {
    ...object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'quarks.lab.example'),
    spec: {
      group: 'lab.example',
      names: { plural: 'quarks', kind: 'Quark' },
      scope: 'Cluster',
      versions: [{ name: 'v1alpha1' }],
    },
  }
  const { ask } = await openWith(definition)
  expect((await ask('GET', '/apis/lab.example/v1alpha1/quarks')).body.items).toEqual([])
  expect((await ask('GET', '/apis/lab.example/v1alpha1/leptons')).status).toBe(404)
})

test('kinds of Kubernetes itself are always served; old versions of them are kept in the present one', async () => {
  const { ask } = await openWith(object('policy/v1beta1', 'PodDisruptionBudget', 'web', 'shop'))
  expect((await ask('GET', '/apis/networking.k8s.io/v1/ingressclasses')).body.items).toEqual([])
  expect((await ask('GET', '/apis/policy/v1/poddisruptionbudgets')).body.items).toHaveLength(1)
  expect((await ask('GET', '/apis/policy/v1beta1/poddisruptionbudgets')).status).toBe(404)
})
