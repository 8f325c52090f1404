// The shared store before Redis itself where Debian's redis-server is there, and before what is none.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findParty, freePort, type Party, REQUIRED, startParty } from '../../../test/parties.ts'
import { openRedisStore } from './redis-store.ts'

const server = await findParty('redis-server')
const ASIDE_MILLIS = 30_000
const UNHURRIED = 20_000 // milliseconds, for a machine that does much else

test.runIf(REQUIRED)('redis-server is there', () => {
  expect(server, 'redis-server is missing: install it (Debian: redis-server)').toBeDefined()
})

describe.skipIf(!server)('with redis-server', () => {
  let port: number
  let redis: Party
  const start = () => {
    const words = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const onStderr = ['-c', 'exec "$0" "$@" 1>&2', server!, ...words]
    return startParty('/bin/sh', onStderr, /Ready to accept connections/)
  }
  beforeAll(async () => {
    port = await freePort()
    redis = await start()
  })
  afterAll(() => redis.end())

  test('what one stored another reads, rubbish beside it or not', async () => {
    const [one, other] = await Promise.all(
      [0, 1].map(() => openRedisStore(`redis://127.0.0.1:${port}`, () => 0, UNHURRIED)),
    )
    await one!.setMany([
      { key: 'm:a', value: 'AAAA' },
      { key: 'm:b', value: 'BBBB' },
    ])
    await say(port, 'SET embedding::m:rubbish {{{\r\nSADD embedding::m:strange x\r\n')
    expect(await other!.getMany(['m:b', 'm:rubbish', 'm:none', 'm:strange', 'm:a'])).toEqual([
      'BBBB',
      undefined,
      undefined,
      undefined,
      'AAAA',
    ])
    expect([one!.trouble(), other!.trouble()]).toEqual([undefined, undefined])
    expect(await say(port, 'PTTL embedding::m:a\r\n')).toMatch(/^:25\d{8}\r\n$/) // just under 30 days
  })

  test('one that goes away and comes back is used again, and its going is said once', async () => {
    let now = 0
    const store = await openRedisStore(`redis://127.0.0.1:${port}`, () => now, UNHURRIED)
    await store.setMany([{ key: 'm:c', value: 'CCCC' }])
    await redis.end()
    expect(await store.getMany(['m:c'])).toEqual([])
    expect(store.trouble()).toMatch(/closed|ECONN|no answer within/i)
    now += ASIDE_MILLIS
    expect(await store.getMany(['m:c'])).toEqual([])
    expect(store.trouble()).toBeUndefined()
    redis = await start()
    await store.setMany([{ key: 'm:c', value: 'DDDD' }]) // left aside still
    now += ASIDE_MILLIS
    expect(await store.getMany(['m:c'])).toEqual([undefined])
    await store.setMany([{ key: 'm:c', value: 'EEEE' }])
    expect(await store.getMany(['m:c'])).toEqual(['EEEE'])
  })
})

describe('before what is no Redis', () => {
  test('nobody there', async () => {
    const store = await openRedisStore(`redis://127.0.0.1:${await freePort()}`, () => 0, UNHURRIED)
    expect(await store.getMany(['m:a'])).toEqual([])
    await store.setMany([{ key: 'm:a', value: 'AAAA' }])
    expect(store.trouble()).toContain('ECONNREFUSED')
    expect(store.trouble()).toBeUndefined()
  })

  test.each([
    ['one that never answers', () => undefined, /no answer within 100 ms/],
    ['one that speaks another language', (socket: Socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), /./],
    ['one that hangs up', (socket: Socket) => socket.destroy(), /./],
  ])('%s is asked once, and then left aside', async (_, answer, why) => {
    let asked = 0
    const sockets: Socket[] = []
    const listener = createServer(socket => {
      asked++
      sockets.push(socket.on('error', () => undefined))
      socket.on('data', () => answer(socket))
    }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    let now = 0
    const store = await openRedisStore(`redis://127.0.0.1:${(listener.address() as AddressInfo).port}`, () => now, 100)
    for (let i = 0; i < 3; i++) expect(await store.getMany(['m:a'])).toEqual([])
    expect(asked).toBe(1)
    expect(store.trouble()).toMatch(why)
    now += ASIDE_MILLIS
    expect(await store.getMany(['m:a'])).toEqual([])
    expect(asked).toBe(2)
    for (const socket of sockets) socket.destroy()
    listener.close()
  })
})

/** What Redis answers to commands written out. */
async function say(port: number, commands: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(commands)
  const [answer] = (await once(socket.setEncoding('utf8'), 'data')) as [string]
  socket.destroy()
  return answer
}
