import { expect, test } from 'vitest'
import { conceal } from './conceal.ts'

function shown(name: string, value: string): unknown {
  const told = conceal('Pod', { spec: { containers: [{ env: [{ name, value }] }] } })
  return JSON.parse(JSON.stringify(told), (key, each) => (key === 'env' ? each[0].value : each)).spec.containers[0].env
}

test.each([
  ['dbPassword', 'hunter2'],
  ['DB_PASSWORDS', 'hunter2,hunter3'],
  ['ADMIN_PW', 'hunter2'],
  ['dbPw', 'hunter2'],
  ['STRIPE_KEY', 'hunter2'],
  ['licenseKeys', 'hunter2'],
  ['PASSCODE', '123456'],
  ['refreshTokens', 'hunter2'],
  ['OAuthClient', 'hunter2'],
  ['PGPASSWORD2', 'hunter2'],
  ['SENTRY_DSN', 'hunter2'],
  ['connectionStrings', 'hunter2'],
  ['UNSUSPICIOUS', 'aB3dE5fG7hJ9kL2mN4pQ'],
  ['BROKER', 'amqp://app:hunter2@mq:5672/shop'],
  ['CALLBACK', 'https://shop.example.com/cb?sig=hunter2hunter2'],
])('%s does not show %s', (name, value) => {
  expect(shown(name, value)).not.toMatch(/hunter|123456|aB3dE5/)
})

test.each([
  ['LOG_LEVEL', 'info'],
  ['SECRET_NAME', 'db-credentials'],
  ['TOKEN_URL', 'https://login.example.com/oauth'],
  ['DB_PASSWORD', ''],
  ['PARTITION_KEY', 'tenant'],
  ['COMPASS', 'north'],
  ['COMMIT', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b'],
  ['CHECKSUM', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b9f86d081884c7d659a2feaa0'],
])('%s shows %s', (name, value) => {
  expect(shown(name, value)).toBe(value)
})

test('arguments: after a flag, within one, in camel case and plural', () => {
  const args = [
    '--dbPassword',
    'hunter2',
    '--db-passwords=hunter2',
    '-apiKey=hunter2',
    '--admin-pw',
    'hunter2',
    '--port',
    '80',
  ]
  const told = JSON.stringify(
    conceal('Pod', { spec: { containers: [{ args, command: ['sh', '-c', 'run --passcode hunter2'] }] } }),
  )
  expect(told).not.toContain('hunter2')
  expect(told).toContain('"--port","80"')
})
