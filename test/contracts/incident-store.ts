// What every IncidentStore must hold. An implementation's own test calls this with a way to open itself.
import { describe, expect, test } from 'vitest'
import { Fault } from '#incident/fault.ts'
import { amend, readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { opening } from './openings.ts'

/** `open(name)`: the store of that name, as it was left; each test uses a name of its own. */
export function incidentStoreContract(open: (name: string) => Promise<IncidentStore>): void {
  describe('incident store', () => {
    test('keeps what was appended, across a close', async () => {
      const store = await open('kept')
      await store.append('INC-1', 0, 1_000, 'system', [opening('first'), { type: 'acknowledged' }])
      await store.close()
      const again = await open('kept')
      const entries = await again.read('INC-1')
      expect(entries.map(entry => [entry.seq, entry.version, entry.happening.type])).toEqual([
        [1, 1, 'opened'],
        [2, 2, 'acknowledged'],
      ])
      expect(await again.verify()).toEqual({ ok: true, entries: 2 })
      await again.close()
    })

    test('of appends that expect the same version one wins, the others are conflicts', async () => {
      const store = await open('race')
      await store.append('INC-1', 0, 1_000, 'system', [opening('first')])
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, () => store.append('INC-1', 1, 2_000, 'system', [{ type: 'acknowledged' }])),
      )
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const lost of tries) if (lost.status === 'rejected') expect(lost.reason).toMatchObject({ code: 'conflict' })
      await store.close()
    })

    test('amend asks again with what is true now when somebody was faster', async () => {
      const store = await open('amend')
      await store.append('INC-1', 0, 1_000, 'system', [opening('first')])
      const seen = await Promise.all(
        Array.from({ length: 4 }, () =>
          amend(store, 'INC-1', 2_000, ana, incident => (incident.acknowledgedBy ? [] : [{ type: 'acknowledged' }])),
        ),
      )
      expect(seen.every(incident => incident.acknowledgedBy?.user === 'ana')).toBe(true)
      expect(await store.read('INC-1')).toHaveLength(2)
      await store.close()
    })

    test('one chain over all incidents; ids are never given twice', async () => {
      const store = await open('chain')
      const [a, b] = await Promise.all([store.nextId(), store.nextId()])
      expect(a).not.toBe(b)
      await store.append(a, 0, 1, 'system', [opening('a')])
      await store.append(b, 0, 2, 'system', [opening('b')])
      await store.append(a, 1, 3, 'system', [{ type: 'resolved', reason: 'recovered' }])
      const all = await store.entriesAfter(0, 10)
      expect(all.map(entry => entry.incident)).toEqual([a, b, a])
      expect(all[2]?.prev).toBe(all[1]?.hash)
      expect(await store.list({ open: true })).toEqual([b])
      expect(await store.list()).toEqual([b, a])
      expect(await store.list({ before: b })).toEqual([a])
      await store.close()
    })

    test('listeners hear every entry once, in order, after it can be read', async () => {
      const store = await open('listen')
      const heard: number[] = []
      const stop = store.listen(entry => heard.push(entry.seq))
      await store.append('INC-1', 0, 1, 'system', [opening('first'), { type: 'acknowledged' }])
      stop()
      await store.append('INC-1', 2, 2, 'system', [{ type: 'resolved', reason: 'recovered' }])
      expect(heard).toEqual([1, 2])
      await store.close()
    })

    test('signals are recalled by id, the newer of two stays, and they go after a day', async () => {
      const store = await open('signals')
      const signal = (text: string) =>
        ({
          id: 's1',
          kind: 'error',
          source: 'sentry',
          entity: { service: 'checkout' },
          at: 1,
          severity: 'high',
          labels: {},
          writer: 'public',
          text,
          count: 1,
        }) as const
      await store.remember([signal('old')], 1_000)
      await store.remember([signal('new')], 2_000)
      expect(await store.recall(['s1', 'unknown'])).toEqual([signal('new')])
      await store.remember([], 2_000 + 25 * 3_600_000)
      expect(await store.recall(['s1'])).toEqual([])
      await store.close()
    })

    test('a blob comes back as it was saved', async () => {
      const store = await open('blob')
      expect(await store.load('learnt')).toBeUndefined()
      await store.save('learnt', new Uint8Array([1, 2, 255]))
      expect([...((await store.load('learnt')) ?? [])]).toEqual([1, 2, 255])
      const large = Buffer.alloc(2_500_000, 'any bytes ')
      await store.save('learnt', large)
      expect(Buffer.from((await store.load('learnt')) ?? []).equals(large)).toBe(true)
      await store.save('learnt', new Uint8Array(0))
      expect([...((await store.load('learnt')) ?? [1])]).toEqual([])
      await store.close()
    })

    test('a delivery is kept by chat and key, found by its incident and by its message, across a close', async () => {
      const store = await open('deliveries')
      const sending = { chat: 'slack', key: 'INC-1', incident: 'INC-1', version: 0, sentAt: 5 } as const
      await store.keepDelivery(sending)
      await store.keepDelivery({ ...sending, chat: 'teams' })
      await store.close()
      const again = await open('deliveries')
      expect(await again.deliveries('slack', 'INC-1')).toEqual([sending])
      const sent = { ...sending, version: 3, thread: { chat: 'slack', channel: 'C1', id: '17.2' } } as const
      await again.keepDelivery(sent)
      expect(await again.deliveredAs('slack', 'C1', '17.2')).toEqual(sent)
      expect(await again.deliveredAs('slack', 'C2', '17.2')).toBeUndefined()
      await again.dropDelivery('slack', 'INC-1')
      expect(await again.deliveries('slack', 'INC-1')).toEqual([])
      expect(await again.deliveries('teams', 'INC-1')).toHaveLength(1)
      await again.close()
    })

    test('what is received is received once, and comes back until it is dealt with', async () => {
      const store = await open('received')
      expect(await store.receive({ id: 'slack:E1', at: 1, body: '{}' })).toBe(true)
      expect(await store.receive({ id: 'slack:E1', at: 2, body: '{}' })).toBe(false)
      await store.receive({ id: 'slack:E2', at: 3, body: '[]' })
      await store.handled('slack:E1')
      await store.close()
      const again = await open('received')
      expect(await again.unhandled()).toEqual([{ id: 'slack:E2', at: 3, body: '[]' }])
      expect(await again.receive({ id: 'slack:E1', at: 4, body: '{}' })).toBe(false)
      await again.close()
    })

    test('an unknown incident is a fault that says so', async () => {
      const store = await open('unknown')
      await expect(readIncident(store, 'INC-9')).rejects.toBeInstanceOf(Fault)
      await store.close()
    })
  })
}

const ana = { chat: 'web', user: 'ana', name: 'Ana' } as const
