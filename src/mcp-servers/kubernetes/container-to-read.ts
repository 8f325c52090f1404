// Whose log is meant, and whether there can be one: said in words before the API server refuses with a number. Pure.
import { Fault } from '#incident/fault.ts'
import { nearest } from '../nearest.ts'
import { mainContainer } from './pod-logs.ts'
import { containersOf } from './readiness.ts'
import type { ContainerStatus, Pod } from './pod-schema.ts'

/**
 * The container asked for, or the one in trouble, or the one meant by default. Throws a Fault: `validation` for a container
 * that the pod does not have, `not_found` where that container has not started, or has never ended before.
 */
export function containerToRead(pod: Pod, asked: { container?: string | undefined; previous: boolean }): string {
  const names = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].map(({ name }) => name)
  const chosen = asked.container ?? mainContainer(pod)
  if (chosen === undefined || !names.includes(chosen)) throw unknownContainer(chosen, names)
  const status = containersOf(pod).find(({ name }) => name === chosen)
  if (asked.previous && status && !hasEnded(status)) {
    throw new Fault('not_found', `Container ${chosen} has not restarted, so there is no former log of it.`)
  }
  const waits = status?.state?.waiting
  if (!asked.previous && waits && !hasEnded(status)) {
    const why = REASON.exec(waits.reason ?? '')?.[0]
    throw new Fault('not_found', `Container ${chosen} has not started${why ? ` (${why})` : ''}, so it has no log yet.`)
  }
  return chosen
}

const REASON = /^[A-Za-z]{1,60}$/ // what a Fault says is never third-party text

function hasEnded({ restartCount = 0, lastState }: ContainerStatus): boolean {
  return restartCount > 0 || lastState?.terminated !== undefined
}

function unknownContainer(name: string | undefined, names: string[]): Fault {
  if (name === undefined) return new Fault('not_found', 'This pod has no containers.')
  const meant = nearest(name, names)
  return new Fault(
    'validation',
    `This pod has no container ${name}; ${meant ? `did you mean ${meant}?` : `it has ${names.join(', ')}.`}`,
  )
}
