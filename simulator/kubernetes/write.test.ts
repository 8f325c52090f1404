import { afterEach, describe, expect, test } from 'vitest'
import { deployment, recordingOf, startTinyCluster, web, type TinyCluster } from './tiny-cluster.ts'

const bare422 = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'the server rejected our request due to an error in our request',
  reason: 'Invalid',
  details: {},
  code: 422,
}

let cluster: TinyCluster
afterEach(() => cluster.close())

async function begin(parts?: Parameters<typeof startTinyCluster>[0]) {
  cluster = await startTinyCluster(parts)
  return (await cluster.ask('GET', web)).body
}

function guarded(generation: unknown, ...more: unknown[]) {
  return [
    { op: 'test', path: '/metadata/uid', value: 'uid-web' },
    { op: 'test', path: '/metadata/generation', value: generation },
    { op: 'test', path: '/metadata/deletionTimestamp', value: null },
    ...more,
  ]
}

describe('what counts as a generation', () => {
  test('annotations of a Deployment do, together with the template only once; labels do not', async () => {
    await begin()
    const annotated = await cluster.mergePatch(web, { metadata: { annotations: { a: 'b' } } })
    expect(annotated.body.metadata.generation).toBe(2)
    const labelled = await cluster.mergePatch(web, { metadata: { labels: { tier: 'front' } } })
    expect(labelled.body.metadata.generation).toBe(2)
    const both = await cluster.mergePatch(web, {
      metadata: { annotations: { a: 'c' } },
      spec: { template: { metadata: { annotations: { restartedAt: 'now' } } } },
    })
    expect(both.body.metadata.generation).toBe(3)
  })

  test('annotations of a StatefulSet or DaemonSet do not, their spec does', async () => {
    const ofKind = (kind: string) => ({ ...deployment('web:1', 2, { uid: kind }), kind })
    const objects = [ofKind('StatefulSet'), ofKind('DaemonSet')]
    await begin({ recording: recordingOf({ objects }) })
    for (const path of ['statefulsets', 'daemonsets']) {
      const set = `/apis/apps/v1/namespaces/shop/${path}/web`
      const annotated = await cluster.mergePatch(set, { metadata: { annotations: { a: 'b' } } })
      expect(annotated.body.metadata.generation).toBe(1)
      const specified = await cluster.mergePatch(set, { spec: { minReadySeconds: 1 } })
      expect(specified.body.metadata.generation).toBe(2)
    }
  })

  test('a patch that changes nothing answers 200 with the same generation and version', async () => {
    const before = await begin()
    const { template } = before.spec
    const answer = await cluster.jsonPatch(web, guarded(1, { op: 'replace', path: '/spec/template', value: template }))
    expect(answer.status).toBe(200)
    expect(answer.body.metadata).toEqual(before.metadata)
    expect((await cluster.jsonPatch(web, [])).body.metadata).toEqual(before.metadata)
  })

  test('the controller writes its revision without a new generation', async () => {
    await begin()
    await cluster.mergePatch(web, { spec: { replicas: 3 } })
    const { metadata } = (await cluster.ask('GET', web)).body
    expect(metadata.generation).toBe(2)
    expect(metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '2' })
  })
})

describe('guards', () => {
  test('hold or answer the bare 422, which names nothing', async () => {
    await begin()
    const held = await cluster.jsonPatch(
      web,
      guarded(1, { op: 'add', path: '/metadata/annotations', value: { a: 'b' } }),
    )
    expect([held.status, held.body.metadata.generation]).toEqual([200, 2])

    const scale = { op: 'replace', path: '/spec/replicas', value: 4 }
    const refused = [
      guarded(1, scale), // moved
      guarded('2', scale), // no number
      [{ op: 'test', path: '/metadata/uid', value: 'other' }, scale],
      [{ op: 'test', path: '/metadata/resourceVersion', value: Number(held.body.metadata.resourceVersion) }, scale],
      [{ op: 'test', path: '/metadata/annotations', value: null }, scale], // there now
      [{ op: 'test', path: '/nowhere/at/all', value: null }, scale],
      [{ op: 'add', path: '/spec/template/metadata/annotations/restartedAt', value: 'now' }], // its map is missing
      [{ op: 'add', path: '/metadata/annotations/acme/id', value: '1' }], // key not escaped
      [{ op: 'swap', path: '/spec/replicas', value: 4 }],
    ]
    for (const operations of refused) expect((await cluster.jsonPatch(web, operations)).body).toEqual(bare422)
    const asText = `[{"op":"test","path":"/metadata/generation","value":2.0}]`
    expect((await cluster.jsonPatch(web, asText)).body).toEqual(bare422)
    expect((await cluster.ask('GET', web)).body.spec.replicas).toBe(2)
  })

  test('an absent key equals null where its map is there; a missing value on it kills the connection', async () => {
    await begin()
    const absent = '/spec/template/metadata/annotations'
    const set = { op: 'add', path: absent, value: { restartedAt: 'now' } }
    expect((await cluster.jsonPatch(web, [{ op: 'test', path: absent, value: null }, set])).status).toBe(200)
    await expect(cluster.jsonPatch(web, [{ op: 'test', path: '/metadata/finalizers' }])).rejects.toThrow('fetch failed')
    expect((await cluster.ask('GET', web)).status).toBe(200)
  })

  test('of twenty guarded patches at once, one is carried out', async () => {
    await begin()
    const patches = Array.from({ length: 20 }, (_, i) =>
      cluster.jsonPatch(web, [
        ...guarded(1),
        { op: 'test', path: '/metadata/annotations', value: null },
        { op: 'add', path: '/metadata/annotations', value: { 'acme/action-id': String(i) } },
      ]),
    )
    const answers = (await Promise.all(patches)).map(answer => answer.status)
    expect(answers.sort()).toEqual([200, ...Array.from({ length: 19 }, () => 422)])
    expect((await cluster.ask('GET', web)).body.metadata.generation).toBe(2)
  })

  test('resourceVersion: 409 in merge patches, updates and replaced by JSON Patch; "" and "0" guard nothing', async () => {
    const before = await begin()
    const stale = before.metadata.resourceVersion
    await cluster.mergePatch(web, { metadata: { labels: { tier: 'front' } } })
    const conflict = await cluster.mergePatch(web, { metadata: { resourceVersion: stale } })
    expect(conflict.status).toBe(409)
    expect(conflict.body).toMatchObject({
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
      details: { name: 'web', group: 'apps', kind: 'deployments' },
    })
    const replaced = await cluster.jsonPatch(web, [{ op: 'replace', path: '/metadata/resourceVersion', value: stale }])
    expect(replaced.status).toBe(409)
    expect((await cluster.ask('PUT', web, before)).status).toBe(409)
    for (const unguarded of ['', '0'])
      expect((await cluster.mergePatch(web, { metadata: { resourceVersion: unguarded } })).status).toBe(200)
    expect((await cluster.mergePatch(web, { metadata: { resourceVersion: 'abc' } })).body).not.toHaveProperty('reason')
  })

  test('a merge patch cannot guard generation; a wrong uid is a cause, not a guard', async () => {
    await begin()
    const generation = await cluster.mergePatch(web, { metadata: { generation: 77 }, spec: { replicas: 3 } })
    expect([generation.status, generation.body.metadata.generation]).toEqual([200, 2])
    const uid = await cluster.mergePatch(web, { metadata: { uid: 'other' } })
    expect(uid.status).toBe(422)
    expect(uid.body.details.causes[0]).toMatchObject({ field: 'metadata.uid', reason: 'FieldValueInvalid' })
  })

  test('an object held by a finalizer still takes patches, unless deletionTimestamp is tested', async () => {
    await begin({ recording: recordingOf({ objects: [deployment('web:1', 2, { finalizers: ['acme/hold'] })] }) })
    const deleted = await cluster.ask('DELETE', web)
    expect(deleted.body.metadata).toMatchObject({ generation: 2, deletionTimestamp: '2026-11-20T10:00:00Z' })
    const scale = { op: 'replace', path: '/spec/replicas', value: 3 }
    expect((await cluster.jsonPatch(web, [scale])).status).toBe(200)
    expect((await cluster.jsonPatch(web, guarded(3, scale))).body).toEqual(bare422)
    await cluster.mergePatch(web, { metadata: { finalizers: null } })
    expect((await cluster.ask('GET', web)).status).toBe(404)
  })

  test('preconditions of DELETE', async () => {
    await begin()
    for (const preconditions of [{ uid: 'other' }, { resourceVersion: '1' }])
      expect((await cluster.ask('DELETE', web, { preconditions })).status).toBe(409)
    expect((await cluster.ask('GET', web)).status).toBe(200)
  })
})

describe('dry run', () => {
  test('answers the generation that would be and keeps nothing', async () => {
    const before = await begin()
    const change = [{ op: 'replace', path: '/spec/replicas', value: 5 }]
    const answer = await cluster.jsonPatch(`${web}?dryRun=All&fieldManager=acme`, guarded(1, ...change))
    expect(answer.body.metadata).toMatchObject({ generation: 2, resourceVersion: before.metadata.resourceVersion })
    expect(answer.body.spec.replicas).toBe(5)
    cluster.pass(60_000)
    expect((await cluster.ask('GET', web)).body).toEqual(before)
    expect((await cluster.jsonPatch(`${web}?dryRun=All`, guarded(9, ...change))).body).toEqual(bare422)
    expect((await cluster.mergePatch(`${web}/scale?dryRun=All`, { spec: { replicas: 9 } })).body.spec.replicas).toBe(9)
    expect((await cluster.ask('GET', `${web}/scale`)).body.spec.replicas).toBe(2)
    expect((await cluster.mergePatch(`${web}?dryRun=all`, {})).status).toBe(422)
  })
})

describe('scale', () => {
  test('has neither generation nor annotations; uid, version and count can be tested', async () => {
    const { metadata } = await begin()
    const scale = `${web}/scale`
    const read = (await cluster.ask('GET', scale)).body
    expect(Object.keys(read.metadata).sort()).toEqual([
      'creationTimestamp',
      'name',
      'namespace',
      'resourceVersion',
      'uid',
    ])
    expect(read).toMatchObject({ kind: 'Scale', spec: { replicas: 2 }, status: { selector: 'app=web' } })
    expect((await cluster.jsonPatch(scale, [{ op: 'test', path: '/metadata/generation', value: 1 }])).body).toEqual(
      bare422,
    )
    const tests = [
      { op: 'test', path: '/metadata/uid', value: metadata.uid },
      { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
      { op: 'test', path: '/spec/replicas', value: 2 },
    ]
    const toZero = await cluster.jsonPatch(scale, [...tests, { op: 'replace', path: '/spec/replicas', value: 0 }])
    expect(toZero.body.spec).toEqual({})
    expect((await cluster.ask('GET', web)).body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 0 } })
    expect((await cluster.jsonPatch(scale, [{ op: 'test', path: '/spec/replicas', value: 0 }])).body).toEqual(bare422)
    const back = await cluster.jsonPatch(scale, [
      { op: 'test', path: '/spec/replicas', value: null },
      { op: 'replace', path: '/spec/replicas', value: 1 },
    ])
    expect(back.body.spec).toEqual({ replicas: 1 })
  })

  test('refuses a wrong uid, a stale version and a negative number', async () => {
    const { metadata } = await begin()
    const scale = `${web}/scale`
    const uid = await cluster.mergePatch(scale, { metadata: { uid: 'other' }, spec: { replicas: 1 } })
    expect([uid.status, uid.body.details.kind]).toEqual([409, 'deployments/scale'])
    await cluster.mergePatch(scale, { spec: { replicas: 3 } })
    const stale = { metadata: { resourceVersion: metadata.resourceVersion }, spec: { replicas: 1 } }
    expect((await cluster.mergePatch(scale, stale)).status).toBe(409)
    const negative = await cluster.mergePatch(scale, { spec: { replicas: -1 } })
    expect(negative.body.details.causes[0].field).toBe('spec.replicas')
  })
})

describe('refusals', () => {
  test('404 names the object, or is plain text where there is no such API', async () => {
    await begin()
    const missing = await cluster.jsonPatch(`${web}x`, [])
    expect(missing.body).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'deployments.apps "webx" not found',
      details: { name: 'webx', group: 'apps', kind: 'deployments' },
    })
    for (const path of [
      '/apis/policy/v1beta1/poddisruptionbudgets',
      '/apis/metrics.k8s.io/v1beta1/nodes',
      '/openapi/v2',
    ]) {
      const none = await cluster.ask('GET', path)
      expect([none.status, none.text]).toEqual([404, '404 page not found\n'])
    }
  })

  test('values out of range and wrong types have causes', async () => {
    await begin()
    const negative = await cluster.mergePatch(web, { spec: { replicas: -1 } })
    expect(negative.body).toMatchObject({
      code: 422,
      details: { name: 'web', group: 'apps', kind: 'Deployment', causes: [{ field: 'spec.replicas' }] },
    })
    for (const wrong of [{ spec: { replicas: 'x' } }, { metadata: { annotations: { a: 5 } } }]) {
      const { body } = await cluster.mergePatch(web, wrong)
      expect([body.code, body.details.causes[0].field]).toEqual([422, 'patch'])
      expect(body.message).toContain('cannot unmarshal')
    }
  })

  test('an unknown field is dropped with a warning, or refused when asked to be strict', async () => {
    const before = await begin()
    const warned = await cluster.mergePatch(web, { spec: { replicaz: 3 } })
    expect(warned.headers.get('warning')).toBe('299 - "unknown field \\"spec.replicaz\\""')
    expect(warned.body).toEqual(before)
    const strict = await cluster.mergePatch(`${web}?fieldValidation=Strict`, { spec: { replicaz: 3 } })
    expect([strict.status, strict.body.details.causes[0].field]).toEqual([422, 'patch'])
  })

  test('methods that a path does not take, and what is not simulated, said so', async () => {
    await begin()
    for (const [method, path] of [
      ['POST', web],
      ['PUT', '/apis/apps/v1/namespaces/shop/deployments'],
      ['POST', '/apis/apps/v1/deployments'],
    ] as const)
      expect((await cluster.ask(method, path, {})).body).toMatchObject({ code: 405, reason: 'MethodNotAllowed' })
    const apply = await cluster.ask('PATCH', web, {}, { 'content-type': 'application/apply-patch+yaml' })
    expect([apply.status, apply.body.message]).toEqual([400, 'not simulated: server-side apply'])
    expect((await cluster.ask('GET', `${web}/status`)).body.message).toBe('not simulated: deployments/status')
    expect((await cluster.ask('GET', '/api/v1/namespaces/%zz/pods/x')).status).toBe(404)
  })

  test('content types and bodies that are no patch', async () => {
    await begin()
    expect((await cluster.ask('PATCH', web, [], { 'content-type': 'application/json' })).status).toBe(415)
    expect((await cluster.jsonPatch(web, '{"op":')).status).toBe(400)
    expect((await cluster.jsonPatch(web, {})).status).toBe(400)
  })

  test('an Event is created once under its name, and only about its own namespace', async () => {
    await begin()
    const path = '/api/v1/namespaces/shop/events'
    const event = {
      metadata: { name: 'acme.1' },
      involvedObject: { namespace: 'shop', name: 'web' },
      reason: 'Restarted',
    }
    expect((await cluster.ask('POST', path, event)).status).toBe(201)
    expect((await cluster.ask('POST', path, event)).body).toMatchObject({ code: 409, reason: 'AlreadyExists' })
    const foreign = { ...event, metadata: { name: 'acme.2' }, involvedObject: { namespace: 'other', name: 'web' } }
    expect((await cluster.ask('POST', path, foreign)).status).toBe(422)
    expect((await cluster.ask('POST', '/api/v1/namespaces/none/events', event)).body.details.kind).toBe('namespaces')
  })
})

describe('who asks', () => {
  test('a wrong token is 401; a denied user is 403 before 404, and knows it', async () => {
    await begin({ token: 'right' })
    const wrong = await cluster.ask('GET', web, undefined, { authorization: 'Bearer wrong' })
    expect(wrong.body).toMatchObject({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' })
    const as = { authorization: 'Bearer right', 'impersonate-user': 'denied-bob' }
    const denied = await cluster.ask('PATCH', `${web}x`, [], { ...as, 'content-type': 'application/json-patch+json' })
    expect(denied.body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'deployments.apps "webx" is forbidden: User "denied-bob" cannot patch resource "deployments" in API group "apps" in the namespace "shop"',
    })
    const review = { spec: { resourceAttributes: { verb: 'patch', resource: 'deployments', group: 'apps' } } }
    const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    expect((await cluster.ask('POST', reviews, review, as)).body.status).toEqual({ allowed: false })
    const own = await cluster.ask('POST', reviews, review)
    expect([own.status, own.body.status.allowed]).toEqual([201, true])
    const others = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
    expect((await cluster.ask('POST', others, review)).status).toBe(422)
    const asked = { spec: { ...review.spec, user: 'denied-bob' } }
    expect((await cluster.ask('POST', others, asked)).body.status).toEqual({ allowed: false })
  })
})
