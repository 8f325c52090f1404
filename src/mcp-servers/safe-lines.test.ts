import { expect, test } from 'vitest'
import { safeLines } from './safe-lines.ts'

// Put together here so that no scanner takes this file for a leak.
const dashes = '-'.repeat(5)
const BODY = 'MIIEowIBAAKCAQEAx8mD3kQzV5nYb2Lr7tHcWf1uJp0sGa9eXiK4oZvNqR6yTd35'
const KEY = [
  `${dashes}BEGIN RSA PRIVATE KEY${dashes}`,
  BODY,
  BODY,
  'q7Xw2Zk9Vb4=',
  `${dashes}END RSA PRIVATE KEY${dashes}`,
]

test('a key over several lines is hidden to its last one, whatever stands before each', () => {
  const lines = ['INFO loading', ...KEY.map(line => `ERROR ${line}`), 'INFO key loaded']
  expect(safeLines(lines)).toEqual([
    'INFO loading',
    'ERROR [redacted]',
    'ERROR [redacted]',
    'ERROR [redacted]',
    'ERROR [redacted]',
    `ERROR ${KEY[4]}`,
    'INFO key loaded',
  ])
})

test('where the lines begin within a key, its last line is hidden too', () => {
  expect(safeLines(KEY.slice(2, 4))).toEqual(['[redacted]', '[redacted]'])
})

test('other lines stay as they are: words and marks after a token, one line alone, a key that ends in its line', () => {
  const token = `Bearer ${BODY}`
  expect(safeLines([token, 'order placed', 'done'])).toEqual(['Bearer [redacted]', 'order placed', 'done'])
  expect(safeLines(['at q7Xw2Zk9Vb4='])).toEqual(['at q7Xw2Zk9Vb4='])
  expect(safeLines([KEY.join('\\n'), 'node1234'])).toEqual(['[redacted]', 'node1234'])
})
