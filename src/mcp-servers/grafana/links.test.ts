import { expect, test } from 'vitest'
import { openLinks } from './links.ts'

test('half a character in a uid, as JSON can hold it, is no reason to answer nothing', () => {
  const links = openLinks('https://grafana.example/')
  expect(links.rule('a\ud800')).toBe('https://grafana.example/alerting/grafana/a%EF%BF%BD/view')
  expect(links.dashboard('a/../b')).toBe('https://grafana.example/d/a%2F..%2Fb')
})
