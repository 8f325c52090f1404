import { expect, test } from 'vitest'
import { evidence } from './evidence.ts'
import { reader, signals } from './fixtures/checkout.ts'

test.each([
  ['https://sentry.example/issues/1?project=2', 'https://sentry.example/issues/1?project=2'],
  ['HTTPS://Sentry.example/a b', 'https://sentry.example/a%20b'],
  ['https://grafana.example@evil.example/', undefined], // hides behind a user's name where it leads
  ['javascript:alert(1)', undefined],
  ['//evil.example/x', undefined],
])('evidence at %j leads to %j', (url, page) => {
  const [signal] = signals
  expect(signal && evidence({ ...signal, url }, reader).url).toBe(page)
})
