import { expect, test } from 'vitest'
import { buffer } from './portable.ts'
import { INPUT } from './bytes.as.ts'
import { mayReportStatus } from './status.as.ts'

test.each([
  ['502', true],
  ['status:404', true],
  ['HTTP/1.1"503', true],
  ['500.', true],
  ['(418)', true],
  ['99', false],
  ['302', false],
  ['5021', false],
  ['1502', false],
  ['v502', false],
  ['502ms', false],
  ['req-502', false],
  ['502-a', false],
  ['1.502', false],
  ['502.7', false],
  ['10:500:20', false],
  ['', false],
])('%j may report a status: %j', (text, expected) => {
  const line = Buffer.from(`${text}\n`)
  line.copy(Buffer.from(buffer, INPUT))
  expect(mayReportStatus(0, line.length - 1, 0)).toBe(expected)
})

test('what stands before the text belongs to the line', () => {
  Buffer.from('1.502 502\n').copy(Buffer.from(buffer, INPUT))
  expect([mayReportStatus(2, 5, 0), mayReportStatus(2, 5, 2), mayReportStatus(6, 9, 0)]).toEqual([false, true, true])
})
