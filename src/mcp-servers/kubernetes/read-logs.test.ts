// Which logs one look reads, and how far: the bytes are for whoever has something to say.
import { expect, test } from 'vitest'
import { createResilience } from '../resilience.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { createLogMemory } from './log-memory.ts'
import { readLogs } from './read-logs.ts'
import { podSchema } from './pod-schema.ts'
import type { LogQuery } from './client.ts'

const NOW = Date.parse('2026-11-20T10:00:30Z')
const given = { clock: () => NOW, log: SILENT, observe: UNOBSERVED }
const deps = { ...given, resilience: createResilience({ ...given, name: 'kubernetes' }) }
const window = { from: NOW - 60_000, to: NOW }

const pod = (name: string) =>
  podSchema.parse({
    metadata: { name, namespace: 'shop', uid: name, creationTimestamp: '2026-11-20T09:00:00Z' },
    spec: { containers: [{ name: 'app' }] },
    status: { phase: 'Running', containerStatuses: [{ name: 'app', ready: true, restartCount: 0, state: {} }] },
  })

/** As a kubelet: each pod's text, up to the bytes that are asked for. */
function logsOf(texts: Record<string, string>) {
  return {
    async logs({ pod: name, limitBytes }: LogQuery) {
      const text = (texts[name] ?? '').slice(0, limitBytes)
      return { text, cut: text.length >= limitBytes }
    },
  }
}

test('the busy minute of one container is read whole, however many others there are', async () => {
  const quiet = Array.from({ length: 60 }, (_, i) => `quiet-${i}`)
  const chatter = `2026-11-20T10:00:05Z INFO served ${'x'.repeat(100)}\n`.repeat(6_000)
  const client = logsOf({ busy: `${chatter}2026-11-20T10:00:20Z ERROR out of connections\n` })
  const { groups, missing } = await readLogs(
    [...quiet, 'busy'].map(pod),
    window,
    { client, memory: createLogMemory(), deps },
    new AbortController().signal,
  )
  expect(groups.map(({ text }) => text)).toEqual(['ERROR out of connections'])
  expect(missing).toEqual([])
})

test('what is beyond the bytes of one look is said', async () => {
  const large = `2026-11-20T10:00:05Z INFO ${'x'.repeat(1_000)}\n`.repeat(1_020)
  const names = Array.from({ length: 40 }, (_, i) => `pod-${i}`)
  const client = logsOf(Object.fromEntries(names.map(name => [name, large])))
  const reader = { client, memory: createLogMemory(), deps }
  const { missing } = await readLogs(names.map(pod), window, reader, new AbortController().signal)
  expect(missing).toEqual([
    expect.objectContaining({ what: expect.stringMatching(/^later log lines of \d+ containers$/) }),
  ])
})

test('what was said before the window is known at once, is read only once, and is forgotten after a while', async () => {
  const asked: (string | undefined)[] = []
  const lines = [1, 3, 5, 7, 9, 40].map(
    minutes => `${new Date(NOW - minutes * 60_000).toISOString()} ERROR no rate table for ${minutes}\n`,
  )
  const client = {
    async logs({ sinceTime }: LogQuery) {
      asked.push(sinceTime)
      const text = lines.filter(line => line.slice(0, 24) >= (sinceTime ?? '')).join('')
      return { text, cut: false }
    },
  }
  const reader = { client, memory: createLogMemory(), deps }
  const { signal } = new AbortController()
  const first = await readLogs([pod('app')], window, reader, signal)
  expect(first.groups.map(({ text }) => text)).toEqual(['ERROR no rate table for 1'])
  expect(first.earlier).toHaveLength(4)

  const next = { from: NOW, to: NOW + 60_000 }
  const second = await readLogs([pod('app')], next, reader, signal)
  expect(second.groups).toEqual([])
  expect(second.earlier).toHaveLength(5)
  const late = { from: NOW + 60_000, to: NOW + 12 * 60_000 }
  const third = await readLogs([pod('app')], late, reader, signal)
  expect(third.earlier).toHaveLength(1)
  expect(asked.map(since => since && NOW - Date.parse(since))).toEqual([900_000, 30_001, -29_999])
})
