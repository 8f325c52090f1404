import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readRecording } from './read-recording.ts'
import { shift } from './shift.ts'

const head = { version: 1, name: 'small', start: '2026-01-01T00:00:00Z', end: '2026-01-01T01:00:00Z' }

async function folderWith(files: Record<string, string | Buffer>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'recording-'))
  for (const [name, content] of Object.entries({ 'recording.json': JSON.stringify(head), ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

test('plain and gzipped lines in any order become sorted records, both kinds of time, both forms of series', async () => {
  const recording = await readRecording(
    await folderWith({
      'kubernetes/logs.jsonl.gz': gzipSync(
        '{"at":"2026-01-01T00:00:02Z","namespace":"a","pod":"p","line":"second"}\n\n{"at":1767225601000,"namespace":"a","pod":"p","line":"first"}\n',
      ),
      'grafana/series.jsonl': [
        '{"at":1767225620000,"metric":"up","labels":{"job":"a"},"value":2}',
        '{"metric":"up","labels":{"job":"a"},"points":[["2026-01-01T00:00:10Z",1]]}',
        '{"metric":"up","labels":{"job":"b"},"points":[]}',
      ].join('\n'),
      'grafana/dashboards/shop.json': '{"uid":"u","title":"Shop","panels":[]}',
    }),
  )
  expect(recording.records['kubernetes/logs'].map(log => log.line)).toEqual(['first', 'second'])
  expect(recording.series.map(series => [series.labels, [...series.at], [...series.values]])).toEqual([
    [{ job: 'a' }, [1767225610000, 1767225620000], [1, 2]],
    [{ job: 'b' }, [], []],
  ])
  expect(recording.dashboards).toEqual([{ uid: 'u', title: 'Shop', panels: [] }])
  expect(recording.records['sentry/events']).toEqual([])
})

test.each([
  [
    'not JSON',
    'kubernetes/logs.jsonl',
    '{"at":1,"namespace":"a","pod":"p","line":"x"}\n{"at":',
    /logs\.jsonl:2: expected JSON/,
  ],
  ['a missing field', 'sentry/releases.jsonl', '\n{"at":1,"project":"p"}', /releases\.jsonl:2: .*version/],
  [
    'a time without zone',
    'cloudwatch/logs.jsonl',
    '{"at":"2026-01-01T00:00:00","group":"g","stream":"s","message":"m"}',
    /logs\.jsonl:1: .*zone/,
  ],
  [
    'a value that is no number',
    'grafana/series.jsonl',
    '{"at":1,"metric":"m","labels":{},"value":"1"}',
    /series\.jsonl:1: /,
  ],
])('%s is an error that names file and line', async (_, file, content, message) => {
  await expect(readRecording(await folderWith({ [file]: content }))).rejects.toThrow(message)
})

test('a folder that is no recording is named', async () => {
  await expect(readRecording('/nonexistent')).rejects.toThrow('/nonexistent/recording.json')
})

test('shifting moves every time, stamps inside objects too with the digits they have, and leaves the words of logs', async () => {
  const hour = 3_600_000
  const recording = shift(
    await readRecording(
      await folderWith({
        'kubernetes/objects.jsonl': JSON.stringify({
          at: '2026-01-01T00:00:00Z',
          op: 'apply',
          object: {
            apiVersion: 'v1',
            kind: 'Event',
            metadata: { name: 'e', creationTimestamp: '2025-12-31T23:30:00Z' },
            eventTime: '2025-12-31T23:30:00.123456Z',
            message: 'since 2025-12-31T23:30:00Z',
          },
        }),
        'grafana/annotations.jsonl': '{"at":1000,"end":2000,"text":"t","tags":[]}',
        'grafana/series.jsonl': '{"at":1000,"metric":"m","labels":{},"value":1}',
      }),
    ),
    hour,
  )
  expect(new Date(recording.start).toISOString()).toBe('2026-01-01T01:00:00.000Z')
  expect(recording.records['kubernetes/objects'][0]).toMatchObject({
    at: recording.start,
    object: {
      metadata: { creationTimestamp: '2026-01-01T00:30:00Z' },
      eventTime: '2026-01-01T00:30:00.123456Z',
      message: 'since 2025-12-31T23:30:00Z',
    },
  })
  expect(recording.records['grafana/annotations'][0]).toMatchObject({ at: 1000 + hour, end: 2000 + hour })
  expect([...(recording.series[0]?.at ?? [])]).toEqual([1000 + hour])
})
