// A database that changed its host, or was restarted: by its own events, in their order. Its metrics only show the gap.
import type { Millis } from '#incident/signal.ts'
import { clock } from '../amount.ts'
import { shortened } from '../rankers/evidence.ts'
import { show } from './course.ts'
import type { Course } from './course.ts'
import type { Database, Said } from './database.ts'

export type Interruption = {
  fault: 'failover' | 'restart'
  /** 'failed over to its standby', 'restarted' */
  verdict: string
  /** The events in their own words, with their times. */
  reason: string
  signals: string[]
  began: Millis
  /** When it took connections again, where that was told or measured. */
  availableAt?: Millis
  /** How traffic came back: '0 connections at 08:03, 308 at 08:04'. */
  traffic?: string
}

// The words of RDS, Cloud SQL, Azure and Patroni for the steps, in their order.
const STEPS: readonly (readonly [step: string, pattern: RegExp])[] = [
  [
    'failover initiated',
    /fail(?:ing )?-?over (?:has |was )?(?:been )?(?:initiated|started|requested)|started .{0,30}failover/i,
  ],
  ['failover in progress', /fail-?over in progress|failing over|promoting/i],
  [
    'failover completed',
    /fail-?over (?:has |was |is )?(?:been )?(?:completed|complete|finished|succeeded)|completed failover|promoted/i,
  ],
  ['restarted', /\b(?:restarted|rebooted|shutdown|shut down|reboot(?:ing)?|restarting)\b/i],
  ['maintenance', /\bmaintenance\b|\bpatch(?:ed|ing)\b|minor version|os update|apply(?:ing)? modification/i],
  [
    'instance available',
    /\binstance (?:\S{1,80} )?is (?:now )?available|accepting connections|ready to accept connections/i,
  ],
]
/** What is only announced has not happened. */
const ANNOUNCED = /needs? to be|will be|to be (?:rebooted|restarted|applied)|pending|scheduled for|upcoming/i
const WHY = /\b(?:reason|because|due to|caused by)\b:? ?([^.]{3,120})/i

/** Undefined where no event tells of a failover or a restart. */
export function interruptionOf(database: Database): Interruption | undefined {
  const steps = database.said.flatMap(said => {
    const step = !ANNOUNCED.test(said.text) && STEPS.find(([, pattern]) => pattern.test(said.text))?.[0]
    return step ? [{ step, said }] : []
  })
  const over = steps.filter(({ step }) => step.startsWith('failover'))
  const [first] = over.length > 0 ? over : steps.filter(({ step }) => step === 'restarted')
  if (!first) return undefined
  const after = steps.filter(({ said }) => said.at >= first.said.at)
  const available = after.findLast(({ step }) => step === 'instance available' || step === 'failover completed')
  const why = after.map(({ said }) => WHY.exec(said.text)?.[1]?.trim()).find(Boolean)
  const planned = steps.find(({ step }) => step === 'maintenance')
  const traffic = sayTraffic(database.courses.connections, first.said.at)
  const zones = after.some(({ said }) => /multi-?az/i.test(said.text)) ? ' (Multi-AZ)' : ''
  return {
    fault: over.length > 0 ? 'failover' : 'restart',
    verdict: `${over.length > 0 ? `failed over to its standby${zones}` : 'restarted'}${planned ? ' for maintenance' : ''}${why ? `: ${why}` : ''}`,
    reason: after.map(({ step, said }) => `${step} ${clock(said.at)}: ${sentence(said)}`).join(' → '),
    signals: after.map(({ said }) => said.signal),
    began: first.said.at,
    ...(available && { availableAt: available.said.at }),
    ...(traffic && { traffic }),
  }
}

const GAP = 0.2 // of the usual connections
const BACK = 0.8

/** The gap that its connections show, and that they came back. */
function sayTraffic(course: Course | undefined, at: Millis): string | undefined {
  if (!course) return undefined
  const before = course.worst.value
  const near = course.times.findIndex(
    (time, i) => Math.abs(time - at) <= 10 * 60_000 && course.values[i]! <= GAP * before,
  )
  if (near < 0) return undefined
  const back = course.values.findIndex((value, i) => i > near && value >= BACK * before)
  const gap = `${course.metric} ${show(course, course.values[near]!)} at ${clock(course.times[near]!)}`
  return back < 0
    ? `${gap}, not back yet`
    : `${gap}; workload resumed normally: ${show(course, course.values[back]!)} at ${clock(course.times[back]!)}`
}

function sentence({ text }: Said): string {
  return shortened(text).replace(/\.$/, '')
}
