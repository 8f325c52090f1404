import { expect, test } from 'vitest'
import { eventShape } from './schema.ts'
import { stackTracesOf } from './stack-trace.ts'

const at = '2026-11-03T14:00:00Z'

function eventWith(type: string, values: object[]) {
  return eventShape.parse({ id: '1', dateCreated: at, entries: [{ type, data: { values } }] })
}

test('a deep stack keeps what is ours and innermost, and says how much is left out', () => {
  const frames = Array.from({ length: 40 }, (_, i) => ({
    function: `f${i}`,
    filename: 'a.js',
    lineNo: i,
    inApp: i < 4,
  }))
  const [raised] = stackTracesOf(eventWith('exception', [{ type: 'Error', value: 'deep', stacktrace: { frames } }]), 6)
  expect(raised?.frames).toEqual([
    'f3 (a.js:3)',
    'f2 (a.js:2)',
    'f1 (a.js:1)',
    'f0 (a.js)',
    'library: f39 (a.js:39)',
    'library: f38 (a.js:38)',
    '… 34 more frames',
  ])
})

test('a crash without an exception is told by the thread that crashed', () => {
  const frames = [
    { function: 'main', absPath: '/app/main.c', lineNo: 3 },
    { module: 'libc', function: 'abort' },
  ]
  const threads = [{ crashed: false }, { crashed: true, stacktrace: { frames } }]
  expect(stackTracesOf(eventWith('threads', threads))).toEqual([
    { type: 'crashed thread', value: '', frames: ['abort (libc)', 'main (/app/main.c:3)'] },
  ])
})

test.each([
  ['no entries', []],
  ['a frame of another shape', [{ type: 'exception', data: { values: [{ stacktrace: { frames: ['x'] } }] } }]],
])('%s: no trace, and no harm', (_, entries) => {
  expect(stackTracesOf(eventShape.parse({ id: '1', dateCreated: at, entries }))).toEqual([])
})
