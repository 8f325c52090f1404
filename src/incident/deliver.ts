// Says in every chat what the record says: one message an incident, edited in place. The record is the queue: what was
// said is compared with what is true, so a crash, a slow platform or an hour without it lose nothing and repeat nothing.
import { CALM_MILLIS, createBacklog, DIGEST } from './backlog.ts'
import type { Job } from './backlog.ts'
import type { Chat } from './chat.ts'
import { asFault } from './fault.ts'
import type { Fault } from './fault.ts'
import { readMutes } from './mute.ts'
import type { Log, Observe } from './observe.ts'
import type { Policy } from './policy.ts'
import type { Entry } from './record.ts'
import { createSay, mainRow } from './say.ts'
import type { Millis } from './signal.ts'
import { readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'
import { turn } from './turn.ts'

export type Deliver = {
  /** Goes on with what the last process left unsaid. */
  begin(): Promise<void>
  /** Until everything is said that can be said now. Never throws. */
  flush(): Promise<void>
  /** Ends after the message that is under way. */
  stop(): Promise<void>
}

export type DeliverGiven = {
  store: IncidentStore
  chats: readonly Chat[]
  policy: () => Policy
  clock: () => Millis
  pause: (millis: number, signal: AbortSignal) => Promise<void>
  log: Log
  observe: Observe
}

export function createDeliver(given: DeliverGiven): Deliver {
  const workers = given.chats.map(chat => createWorker(chat, given))
  const unlisten = given.store.listen(entry => {
    for (const worker of workers) worker.hear(entry)
  })
  return {
    async begin() {
      await Promise.all(workers.map(worker => worker.begin()))
    },
    async flush() {
      await Promise.all(workers.map(worker => worker.settle()))
    },
    async stop() {
      unlisten()
      await Promise.all(workers.map(worker => worker.stop()))
    },
  }
}

const SETTLE_PACES = 3 // a storm shows within the time three messages would take
const RECENT_MILLIS = 24 * 3_600_000
const MOST_RECENT = 1_000
const A_TURN = 20 // incidents read before whoever waits for an answer gets it
const PARK_MILLIS = 5 * 60_000 // one message that is refused for what it is does not hold up the others
const PAUSES_MILLIS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000] // a chat that is down: SECURITY's 1 s to 60 s

type Worker = {
  begin(): Promise<void>
  hear(entry: Entry): void
  settle(): Promise<void>
  stop(): Promise<void>
}

function createWorker(chat: Chat, given: DeliverGiven): Worker {
  const { store, clock, log, observe } = given
  const backlog = createBacklog(chat.name, SETTLE_PACES * chat.paceMillis)
  const say = createSay(chat, backlog, given)
  const ending = new AbortController()
  let working: Promise<void> | undefined
  let again = false
  let alarm = Number.POSITIVE_INFINITY
  let isQuiet = false // by pace, by the platform's own wish, or because it is down
  let failures = 0

  function rouse(): void {
    again = true
    if (working) return
    const worked = work().catch(error => {
      log.error({ chat: chat.name, cause: asFault(error).cause }, `nothing can be said: ${asFault(error).message}`)
      keepQuiet(backOff())
    })
    working = worked.finally(() => {
      working = undefined
      if (again && !ending.signal.aborted) rouse()
    })
  }

  async function work(): Promise<void> {
    again = false
    for (;;) {
      if (isQuiet || ending.signal.aborted) return
      const now = clock()
      const next = backlog.next(now, await readMutes(store, now))
      if (!next) return
      if ('at' in next) return rouseAt(next.at)
      await attempt(next)
    }
  }

  async function attempt(job: Job): Promise<void> {
    try {
      await say(job)
      failures = 0
      if (chat.paceMillis > 0) keepQuiet(chat.paceMillis)
      observe.count('posts_total', { chat: chat.name, outcome: 'ok' })
    } catch (error) {
      observe.count('posts_total', { chat: chat.name, outcome: 'failed' })
      recoil(job, asFault(error))
    }
  }

  function recoil(job: Job, fault: Fault): void {
    const fields = { chat: chat.name, job: job.kind === 'incident' ? job.incident : job.key, cause: fault.cause }
    if (fault.code === 'rate_limit') {
      keepQuiet(1_000 * (fault.retryAfter ?? 30))
      return log.info(fields, `not said yet: ${fault.message}`)
    }
    if (['network', 'authentication', 'resource', 'processing'].includes(fault.code)) {
      keepQuiet(backOff())
      return log.warn(fields, `not said yet: ${fault.message}`)
    }
    for (const id of job.kind === 'incident' ? [job.incident] : job.joining) backlog.park(id, clock() + PARK_MILLIS)
    log.error(fields, `refused, trying again in ${PARK_MILLIS / 60_000} min: ${fault.message}`)
  }

  function backOff(): Millis {
    return PAUSES_MILLIS[Math.min(failures++, PAUSES_MILLIS.length - 1)] ?? 0
  }

  /** As time passes, whatever the clock is set to meanwhile. */
  function keepQuiet(millis: Millis): void {
    isQuiet = true
    void given.pause(millis, ending.signal).then(() => {
      isQuiet = false
      if (!ending.signal.aborted) rouse()
    })
  }

  function rouseAt(at: Millis): void {
    if (alarm <= at) return
    alarm = at
    void given.pause(Math.max(0, at - clock()), ending.signal).then(() => {
      if (alarm === at) alarm = Number.POSITIVE_INFINITY
      if (!ending.signal.aborted) rouse()
    })
  }

  return {
    async begin() {
      const now = clock()
      for (const [index, id] of (await store.list({ limit: MOST_RECENT })).toReversed().entries()) {
        if (index % A_TURN === A_TURN - 1) await turn()
        const incident = await readIncident(store, id)
        const isOpen = incident.resolvedAt === undefined
        const rows = await store.deliveries(chat.name, id)
        const told = mainRow(rows, incident, chat.name)
        const isPosted = incident.threads.some(thread => thread.chat === chat.name)
        const isRecent = now - incident.updatedAt <= RECENT_MILLIS
        if (isOpen || (isPosted && isRecent)) backlog.load(incident, told?.version ?? 0)
        const digest = rows.find(({ key }) => key.startsWith(DIGEST))
        if (digest && now - digest.sentAt < CALM_MILLIS) backlog.resume(digest.key, digest.sentAt)
      }
      rouse()
    },
    hear(entry) {
      backlog.hear(entry)
      if (entry.happening.type !== 'posted') rouse()
    },
    async settle() {
      await working
    },
    async stop() {
      ending.abort()
      await working
    },
  }
}
