// Maintenance windows as people write them: once from one moment to another, or again and again by the clock of a time zone.
import { z } from 'zod'
import { LONGEST_MAINTENANCE } from '#incident/maintenance.ts'
import type { Maintenance } from '#incident/maintenance.ts'
import { isZone, WEEKDAYS } from '#incident/wall-clock.ts'
import { durationSchema } from './duration.ts'

const names = z.array(z.string().min(1).max(253)).min(1).optional()
const moment = z.iso.datetime({
  offset: true,
  error: 'expected a moment with its offset, such as 2026-03-29T02:00:00+01:00',
})

const recurring = z.strictObject({
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .default([...WEEKDAYS])
    .describe('on which it begins; absent: every day'),
  at: z
    .string()
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as 02:30')
    .describe('time of day at which it begins, by the clock of the zone'),
  for: durationSchema
    .refine(millis => millis >= 60_000 && millis <= LONGEST_MAINTENANCE, 'expected 1m to 7d')
    .describe('how long it lasts, whatever the clock is changed to meanwhile'),
  zone: z
    .string()
    .max(64)
    .refine(isZone, 'expected an IANA time zone such as Europe/Berlin')
    .describe('IANA time zone'),
})

const window = z
  .strictObject({
    name: z.string().trim().min(1).max(80),
    reason: z.string().trim().min(1).max(300),
    services: names.describe('covered services; * stands for any run of characters; absent: all'),
    namespaces: names.describe('covered namespaces, in the same way'),
    clusters: names.describe('covered clusters, in the same way'),
    from: moment.optional(),
    until: moment.optional(),
    every: recurring.optional().describe('instead of from and until'),
  })
  .superRefine(({ services, namespaces, clusters, from, until, every }, context) => {
    const issue = (message: string, path: string) => context.addIssue({ code: 'custom', message, path: [path] })
    if (!services && !namespaces && !clusters)
      issue('expected services, namespaces or clusters; * covers everything', 'services')
    const isOnce = from !== undefined && until !== undefined
    if (every ? from !== undefined || until !== undefined : !isOnce)
      issue('expected either from and until, or every', every ? 'from' : 'until')
    if (isOnce && Date.parse(from) >= Date.parse(until)) issue('expected a moment after from', 'until')
  })

export const maintenanceSchema = z
  .array(window)
  .max(200)
  .transform(windows => windows.map(maintenanceFrom))

function maintenanceFrom({ from = '', until = '', every, ...rest }: z.output<typeof window>): Maintenance {
  const { name, reason, services, namespaces, clusters } = rest
  return {
    name,
    reason,
    ...(services && { services }),
    ...(namespaces && { namespaces }),
    ...(clusters && { clusters }),
    when: every
      ? { days: every.days, minuteOfDay: minuteOf(every.at), lastsMillis: every.for, zone: every.zone }
      : { from: Date.parse(from), until: Date.parse(until) },
  }
}

/** minuteOf('02:30') -> 150 */
function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}
