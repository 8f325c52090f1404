import { check, constantFrom, array, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LONGEST_TEXT } from './clean.ts'
import { redact, SECRETS } from './redact.ts'

// Put together here so that no scanner takes this file for a leak.
const secret = (...parts: string[]) => parts.join('')
const JWT = secret('eyJhbGciOiJSUzI1NiJ9', '.eyJzdWIiOiJzeXN0ZW0ifQ', '.c2lnbmF0dXJl-_a')
const SLACK = secret('xoxb-', '123456789012-1234567890123-AbCdEfGhIjKl')
const GITHUB = secret('ghp_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8')
const SENTRY = secret('sntrys_', 'eyJpYXQiOjE3MDAwMDAwMDAuMH0=_abcDEF1234567890')
const GRAFANA = secret('glsa_', 'AbCdEfGhIjKlMnOpQrStUvWxYz012345_1a2b3c4d')
const AWS = secret('AKIA', 'IOSFODNN7EXAMPLE')
const KEY = secret('-----BEGIN RSA PRIVATE', ' KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----')

describe('redact', () => {
  it.each([
    [`Authorization: Bearer ${JWT}`, 'Authorization: Bearer [redacted]'],
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [redacted]'],
    ['{"authorization":"Token 0a1b2c3d4e5f"}', '{"authorization":"Token [redacted]"}'],
    [`user ${JWT} refused`, 'user [redacted] refused'],
    [`posting with ${SLACK} and ${GITHUB}`, 'posting with [redacted] and [redacted]'],
    [`SENTRY_AUTH_TOKEN=${SENTRY} GRAFANA=${GRAFANA}`, 'SENTRY_AUTH_TOKEN=[redacted] GRAFANA=[redacted]'],
    [`key ${AWS} is not active`, 'key [redacted] is not active'],
    [`aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPx`, 'aws_secret_access_key = [redacted]'],
    ['cannot dial postgres://app:s3c@ret@db:5432/shop', 'cannot dial postgres://[redacted]@db:5432/shop'],
    ['redis://:hunter2@cache:6379 down', 'redis://[redacted]@cache:6379 down'],
    [`tls: ${KEY} end`, 'tls: [redacted] end'],
    ['tls: -----BEGIN PRIVATE KEY-----\nMIIEvQ cut off here', 'tls: [redacted]'],
    ['DB_PASS=hunter2 dbPassword: hunter2, retry', 'DB_PASS=[redacted] dbPassword: [redacted], retry'],
    ['{"password":"correct horse \'battery","user":"ana"}', '{"password":[redacted],"user":"ana"}'],
    [
      String.raw`{"body":"{\"password\":\"hunter 2\",\"n\":1}"}`,
      String.raw`{"body":"{\"password\":[redacted],\"n\":1}"}`,
    ],
    ['GET /cb?access_token=abc123def456&state=7', 'GET /cb?access_token=[redacted]&state=7'],
    ['encryption_key=00112233445566778899aabbccddeeff', 'encryption_key=[redacted]'],
    ['order of ana.lopez+shop@example.co.uk failed', 'order of [redacted]@example.co.uk failed'],
    ['POST https://hooks.slack.com/services/T000/B000/XXXXXXXX', 'POST https://hooks.slack.com/services/[redacted]'],
  ])('hides what %# holds', (text, expected) => {
    expect(redact(text)).toBe(expected)
    expect(redact(expected)).toBe(expected)
  })

  it.each([
    ['dbPasswords=hunter2 --db-passwords=hunter2', 'dbPasswords=[redacted] --db-passwords=[redacted]'],
    ['run --db-password hunter2 now', 'run --db-password [redacted] now'],
    ['["--api-keys","hunter2","--v"]', '["--api-keys",[redacted],"--v"]'],
    ['ROOT_PW=hunter2, passcode: 1234, dbPass=hunter2', 'ROOT_PW=[redacted], passcode: [redacted], dbPass=[redacted]'],
    [`${'x'.repeat(80)}_password=hunter2`, `${'x'.repeat(80)}_password=[redacted]`],
    ['{"name":"DB_PASSWORD","value":"hunter2"}', '{"name":"DB_PASSWORD","value":[redacted]}'],
    ['{"passwords":["hunter2","hunter3"],"n":1}', '{"passwords":[redacted],"n":1}'],
    [String.raw`{"password":"hun\"ter2","n":1}`, '{"password":[redacted],"n":1}'],
    [String.raw`{"password":"hun\\","user":"ana"}`, '{"password":[redacted],"user":"ana"}'],
    [
      String.raw`{"body":"{\"password\":\"hun\\\"ter2\",\"n\":1}"}`,
      String.raw`{"body":"{\"password\":[redacted],\"n\":1}"}`,
    ],
    [String.raw`{"pass\u0077ord":"hunter2"}`, '{"password":[redacted]}'],
    ['user[password]=hunter2&user[name]=ana', 'user[password]=[redacted]&user[name]=ana'],
    ['API key: hunter2', 'API key: [redacted]'],
    [
      'ALTER USER app PASSWORD \'hunter2\'; IDENTIFIED BY "hunter2"',
      'ALTER USER app PASSWORD [redacted]; IDENTIFIED BY [redacted]',
    ],
    ['<soap:password>hunter2</soap:password>', '<soap:password>[redacted]</soap:password>'],
    ['Cookie: theme=dark; sid=hunter2', 'Cookie: [redacted]'],
    ['GET /cb?u=%2Fa&pass%77ord=hunter2 200', 'GET /cb?u=/a&password=[redacted] 200'],
    ['body %7B%22password%22%3A%22hunter2%22%7D', 'body {"password":[redacted]}'],
    ['twice password%253Dhunter2', 'twice password=[redacted]'],
    ['sent cGFzc3dvcmQ9aHVudGVyMg== on', 'sent [redacted] on'],
    ['eyJwYXNzd29yZCI6Imh1bnRlcjIifQ', '[redacted]'],
    ['MIIEowIBAAKCAQEAx8mD3kQzV5nYb2Lr7tHcWf1uJp0sGa9eXiK4oZvNqR6yTdBh', '[redacted]'],
  ])('hides what is written otherwise: %s', (text, expected) => {
    expect(redact(text)).toBe(expected)
    expect(redact(expected)).toBe(expected)
  })

  it.each([
    'password authentication failed for user "app"',
    'basic authentication failed',
    'config error: password=null',
    'Unexpected token } in JSON at position 42',
    'auth: connection refused',
    'secret "db-credentials" not found',
    'cache miss key=user:12345',
    'pod shop/sk-learn-worker-7c9f8b6d5-abcde restarted',
    'image registry.example.com/shop/checkout@sha256:9f86d081884c7d659a2feaa0c55ad015',
    'commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b deployed',
    'GET https://api.example.com:8443/v1/orders?email=none 500',
    'MountVolume failed: secretName=db-credentials token_type=bearer',
    'GET /search?q=a%20b%2Fc 200, 100% done',
    'at com.example.shop.OrderServiceImplementationFactoryBean2$Proxy',
    'traceparent 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    'bypass=1 compass: north authors: 12345678',
    'queue orders-PaymentQueueB7A4C1D2-1A2b3C4d5E6f7 and StepFnStateMachine76D362E8-T67Tg48ke8oK_client',
  ])('leaves what only sounds like one: %s', text => expect(redact(text)).toBe(text))

  it('is bounded: no pattern has an open quantifier, and long text is cut before any of them sees it', () => {
    for (const [{ source }] of SECRETS) {
      const bare = source.replaceAll(/\\./g, 'x').replaceAll(/\[(?:[^\]]{0,80})\]/g, 'x')
      expect(bare, source).not.toMatch(/[*+]|\{\d+,\}/)
    }
    expect(redact('a'.repeat(1_000_000)).length).toBe(LONGEST_TEXT)
  })

  it('is settled after one pass, whatever stands beside a secret', () => {
    const piece = constantFrom(
      'password',
      'token',
      '=',
      ':',
      ' ',
      '"',
      "'",
      '\\',
      'a1B2c3D4',
      '@',
      'x.com',
      '://',
      'eyJabcdef',
      '.',
      '-',
      'bearer ',
      '[redacted]',
      '\n',
      '[',
      ']',
      '{',
      ',',
      '--secret ',
      'Cookie',
      '<token>',
      '%3D',
      '%25',
      '%70',
      '\\u0070',
      '\\x3d',
      '\\u00',
      'cGFzc3dvcmQ9aHVudGVyMg==',
      '"name":"API_KEY","value":',
      JWT,
      KEY,
    )
    const settled = property(array(piece, { maxLength: 40 }), pieces => {
      const once = redact(pieces.join(''))
      return redact(once) === once
    })
    expect(check(settled, { seed: 1, numRuns: 3000 })).toMatchObject({ failed: false })
  })
})
