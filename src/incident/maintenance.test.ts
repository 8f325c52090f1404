import { expect, test } from 'vitest'
import type { Finding } from './finding.ts'
import { covers, maintenanceOf, nextOccurrence, occurrenceAt } from './maintenance.ts'
import type { Maintenance, Recurring } from './maintenance.ts'
import type { Entity, Severity } from './signal.ts'

const at = (text: string) => Date.parse(text)
const HOUR = 3_600_000

function nightly(more: Partial<Recurring> = {}): Maintenance {
  const when = { days: ['sun' as const], minuteOfDay: 60, lastsMillis: 3 * HOUR, zone: 'Europe/Berlin', ...more }
  return { name: 'patches', reason: 'kernel', services: ['*'], when }
}
const span = (one: Maintenance, moment: string) => {
  const found = occurrenceAt(one, at(moment))
  return found && [new Date(found.from).toISOString(), new Date(found.until).toISOString()]
}

test('three hours are three hours on the nights on which the clock is changed', () => {
  expect(span(nightly(), '2026-03-29T00:30:00Z')).toEqual(['2026-03-29T00:00:00.000Z', '2026-03-29T03:00:00.000Z'])
  expect(span(nightly(), '2026-10-25T00:30:00Z')).toEqual(['2026-10-24T23:00:00.000Z', '2026-10-25T02:00:00.000Z'])
  expect(span(nightly(), '2026-10-25T02:00:00Z')).toBeUndefined()
  expect(span(nightly(), '2026-06-14T00:30:00Z')).toEqual(['2026-06-13T23:00:00.000Z', '2026-06-14T02:00:00.000Z'])
})

test('the day is that of the zone, and a night goes on beyond midnight', () => {
  const late = nightly({ days: ['fri'], minuteOfDay: 23 * 60, zone: 'America/Los_Angeles', lastsMillis: 4 * HOUR })
  expect(occurrenceAt(late, at('2026-11-21T06:59:00Z'))).toBeUndefined()
  expect(span(late, '2026-11-21T07:00:00Z')).toEqual(['2026-11-21T07:00:00.000Z', '2026-11-21T11:00:00.000Z'])
  expect(span(late, '2026-11-21T10:59:59Z')).toBeDefined() // Saturday, 02:59 there
  expect(occurrenceAt(late, at('2026-11-22T08:00:00Z'))).toBeUndefined()
})

test('one that lasts for days covers them all, whenever the process was begun; the next one is known', () => {
  const week = nightly({ days: ['mon'], lastsMillis: 6 * 24 * HOUR })
  expect(span(week, '2026-11-21T12:00:00Z')?.[0]).toBe('2026-11-16T00:00:00.000Z')
  expect(nextOccurrence(week, at('2026-11-21T12:00:00Z'))?.from).toBe(at('2026-11-23T00:00:00Z'))
  const once: Maintenance = {
    ...nightly(),
    when: { from: at('2026-11-20T22:00:00+01:00'), until: at('2026-11-21T00:00:00+01:00') },
  }
  expect(nextOccurrence(once, at('2026-11-20T20:00:00Z'))?.name).toBe('patches')
  expect(occurrenceAt(once, at('2026-11-20T21:00:00Z'))).toBeDefined()
  expect(occurrenceAt(once, at('2026-11-20T23:00:00Z'))).toBeUndefined()
  expect(nextOccurrence(once, at('2026-11-20T23:00:00Z'))).toBeUndefined()
})

const db: Entity = { namespace: 'data', service: 'orders-db' }
const shop: Entity = { namespace: 'shop', service: 'checkout' }
const now = at('2026-11-20T21:30:00Z')
const until = (hours: number) => ({ from: now - HOUR, until: now + hours * HOUR })

function window(name: string, more: Partial<Maintenance>, hours = 1): Maintenance {
  return { name, reason: 'upgrade', when: until(hours), ...more }
}

function incident(cause: Entity | undefined, hurt: Entity[], severity: Severity = 'high', confidence = 0.9) {
  const finding = (entity: Entity): Finding => ({
    id: entity.service,
    kind: 'slo',
    entity,
    severity,
    title: '',
    since: 0,
    seen: 0,
    score: 1,
    confidence: 1,
    strength: 1,
    signals: [],
  })
  return {
    rootCauses: cause ? [{ entity: cause, score: 1, confidence, reasons: [], evidence: [] }] : [],
    services: hurt.map(({ service }) => service),
    findings: hurt.map(finding),
    severity,
  }
}

test('what is covered: by names with *, and every list that is given has to fit', () => {
  expect(covers({ services: ['orders-*'] }, db)).toBe(true)
  expect(covers({ services: ['orders-*'], namespaces: ['shop'] }, db)).toBe(false)
  expect(covers({ clusters: ['eu'] }, db)).toBe(false)
  expect(covers({ clusters: ['*'] }, db)).toBe(true)
})

test('a trouble of what is covered is explained; one that is not, or not surely, is not', () => {
  const windows = [window('db', { namespaces: ['data'] })]
  const nameOf = (...given: Parameters<typeof incident>) => maintenanceOf(incident(...given), windows, now)?.name
  expect(nameOf(db, [db])).toBe('db')
  expect(nameOf(db, [db, shop])).toBe('db')
  expect(nameOf(db, [db, shop], 'high', 0.3)).toBeUndefined()
  expect(nameOf(shop, [shop])).toBeUndefined()
  expect(nameOf(undefined, [db])).toBe('db')
  expect(maintenanceOf(incident(db, [db]), windows, now + HOUR)).toBeUndefined()
})

test('critical harm to users of what no window covers is said all the same; of what is covered it is not', () => {
  const windows = [window('db', { namespaces: ['data'] })]
  expect(maintenanceOf(incident(db, [db, shop], 'critical'), windows, now)).toBeUndefined()
  expect(maintenanceOf(incident(db, [db], 'critical'), windows, now)?.name).toBe('db')
})

test('of those that overlap the one that ends last holds; together they may cover what neither does alone', () => {
  const short = window('short', { namespaces: ['data'] })
  const long = window('long', { services: ['orders-db'] }, 3)
  const web = window('web', { namespaces: ['shop'] }, 2)
  expect(maintenanceOf(incident(db, [db]), [short, long], now)?.name).toBe('long')
  expect(maintenanceOf(incident(undefined, [db, shop]), [short], now)).toBeUndefined()
  expect(maintenanceOf(incident(undefined, [db, shop]), [short, web], now)?.name).toBe('web')
})
