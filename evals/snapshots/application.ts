// An application in its cluster, as faults see it: its workloads by name, who calls whom, and how its programs write.
import type { Millis } from '../../simulator/recording.ts'
import type { Pod, Service, Thing } from './kinds.ts'
import { chatter, failureText, lineOf, partsOf, type Failure, type Language, type Level } from './language.ts'
import { isReady } from './pod.ts'
import { write } from './pod-state.ts'
import { between, find, MINUTE, type World } from './world.ts'
import { podsOf, workload, type Workload, type WorkloadText } from './workload.ts'

export type Application = {
  name: string
  world: World
  workloads: Workload[]
  /** Where the application's own namespaces are, the one with the entrance first. */
  namespaces: string[]
  /** Storage classes that exist: the usual one first. */
  storageClasses: string[]
  registry: string
  /** Hosts outside the cluster that its workloads call: who, by which variable, and the address. */
  outside: { caller: string; variable: string; address: string }[]
  /** Masters whose static pods are to be seen; none where the cloud hides them. */
  masters: string[]
}

export function workloadOf({ workloads, name: app }: Application, name: string): Workload {
  const found = workloads.find(({ text }) => text.name === name)
  if (!found) throw new Error(`expected a workload ${name} in ${app}, found none`)
  return found
}

export function install(app: Application, text: WorkloadText): Workload {
  const made = workload(app.world, text)
  app.workloads.push(made)
  return made
}

/** The Service that leads to a workload: the one of its text. */
export function serviceFor({ world }: Application, { text }: Workload): Service {
  return find<Service>(world, 'Service', text.namespace, text.service?.name ?? text.name)
}

export function callersOf({ workloads }: Application, { text: { name } }: Workload): Workload[] {
  return workloads.filter(({ text }) => text.calls?.some(({ to }) => to === name))
}

/** Its callers say that their calls fail, now and for `minutes`. */
export function callersFail(app: Application, target: Workload, failure: Failure, minutes = 9): void {
  for (const caller of callersOf(app, target)) {
    const call = caller.text.calls?.find(({ to }) => to === target.text.name)
    if (call) failsToCall(app, caller, call.address, failure, minutes, addressOf(app, target))
  }
}

/** A workload's pods say that they cannot reach an address. */
export function failsToCall(
  app: Application,
  caller: Workload,
  address: string,
  failure: Failure,
  minutes = 9,
  ip?: string,
  until = app.world.at,
): void {
  for (const pod of podsOf(app.world, caller)) {
    if (!speaks(pod)) continue
    for (
      let at = until - minutes * MINUTE + between(app.world, 0, 40_000);
      at < until;
      at += between(app.world, 31_000, 63_000)
    ) {
      const words = failureText(caller.text.language, failure, address, ip)
      says(app, caller, pod, at, 'error', caller.text.language === 'nginx' ? words : `${complaint(address)}: ${words}`)
    }
  }
}

export function says(app: Application, { text }: Workload, pod: Pod, at: Millis, level: Level, words: string): void {
  const container = text.container?.name ?? text.name
  write(app.world, pod, container, at, lineOf(text.language, at, level, words, text.name))
}

/** Every pod of the workload says it, again and again over `minutes`. */
export function keepSaying(
  app: Application,
  target: Workload,
  level: Level,
  words: string | string[],
  minutes = 12,
): void {
  const lines = [words].flat()
  for (const pod of podsOf(app.world, target))
    for (
      let at = app.world.at - minutes * MINUTE + between(app.world, 0, 40_000), n = 0;
      at < app.world.at;
      at += between(app.world, 37_000, 69_000), n++
    )
      says(app, target, pod, at, level, lines[n % lines.length] ?? '')
}

/** What the pods of all workloads say in the last minutes while nothing is the matter. */
export function chat(app: Application): void {
  for (const each of app.workloads)
    for (const pod of podsOf(app.world, each)) {
      if (!isReady(pod)) continue
      for (let n = 0; n < 5; n++) {
        const at = app.world.at - (13 - n * 2.5) * MINUTE + between(app.world, 0, 90_000)
        const { language, name } = each.text
        write(
          app.world,
          pod,
          each.text.container?.name ?? name,
          at,
          lineOf(language, at, 'info', chatter(language, name, n), name),
        )
      }
    }
}

/** A line as the workload's programs write it. */
export function lineIn({ text }: Workload, at: Millis, level: Level, words: string): string {
  return lineOf(text.language, at, level, words, text.name)
}

/** What a program writes before it ends: its log lines, the last an error; of a stack trace, the bare lines. */
export function linesIn(language: Language, unit: string, words: string[]): (at: Millis) => string[] {
  const bare = /^\s|^Traceback|^[\w.]+(Error|Exception)\b|^panic:|^thread '/
  return at =>
    words.map((word, index) =>
      bare.test(word)
        ? word
        : lineOf(language, at + index * 40, index === words.length - 1 ? 'error' : 'info', word, unit),
    )
}

/** The Service's address, as a caller's library names its peer; a headless one is the pod's own. */
function addressOf(app: Application, target: Workload): string | undefined {
  const service = app.world.objects.find(
    ({ kind, metadata: { namespace, name } }) =>
      kind === 'Service' &&
      namespace === target.text.namespace &&
      name === (target.text.service?.name ?? target.text.name),
  ) as (Thing & Service) | undefined
  const ip = service?.spec.clusterIP
  return ip === 'None' ? podsOf(app.world, target)[0]?.status.podIP : ip
}

/** Runs, as far as is known: of a pod on a node that nobody hears from, no line can be read any more. */
function speaks(pod: Pod): boolean {
  return pod.status.phase === 'Running' && (isReady(pod) || !pod.status.containerStatuses?.every(({ ready }) => ready))
}

function complaint(address: string): string {
  return `call to ${partsOf(address).host.split('.')[0]} failed`
}
