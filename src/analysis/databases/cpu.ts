// CPU saturated, or the credits of a burstable instance used up. One busy minute is no saturation.
import { median } from '../statistics.ts'
import { beganAt, sayCourse, show } from './course.ts'
import type { FindShortage } from './shortage.ts'

const SATURATED = 85 // percent: beyond it waiting grows faster than work (queueing)
const STEPS = 3
const NO_CREDITS = 1
const HAD_CREDITS = 20

export const cpuShort: FindShortage = ({ courses: { cpu, credits } }) => {
  if (credits && credits.now <= NO_CREDITS && credits.usual >= HAD_CREDITS) {
    return {
      resource: 'CPU',
      roles: ['cpu'],
      fault: 'CPU credits exhausted',
      verdict: `has used up its CPU credits`,
      reason: `${sayCourse(credits)}${cpu ? `; ${sayCourse(cpu)}` : ''}: a burstable instance runs at its baseline without credits`,
      signals: [credits.id, ...(cpu ? [cpu.id] : [])],
      began: beganAt(credits),
      waits: ['cpu'],
    }
  }
  if (!cpu || median(cpu.values.slice(-STEPS)) < SATURATED) return undefined
  return {
    resource: 'CPU',
    roles: ['cpu'],
    fault: 'CPU saturated',
    verdict: `is short of CPU (${show(cpu)})`,
    reason: sayCourse(cpu),
    signals: [cpu.id],
    began: beganAt(cpu),
    waits: ['cpu'],
  }
}
