// One job of the backlog, said in one chat. What is posted is marked in the store before it leaves: killed in between, the
// message is looked for before it is sent again.
import { sayAgain } from './again.ts'
import { DIGEST } from './backlog.ts'
import type { Backlog, Job, Line } from './backlog.ts'
import type { Chat, Message } from './chat.ts'
import type { ChatName, Thread } from './thread.ts'
import type { Delivery } from './delivery.ts'
import { asFault } from './fault.ts'
import { fold } from './fold.ts'
import type { Incident } from './incident.ts'
import type { Log } from './observe.ts'
import { approversOf } from './policy.ts'
import type { Policy } from './policy.ts'
import { endOfQuiet } from './quiet.ts'
import type { Entry } from './record.ts'
import type { Remedy } from './remedy.ts'
import { SEVERITIES } from './signal.ts'
import type { Millis, Severity } from './signal.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'
import { turn } from './turn.ts'

/** Throws a Fault when the chat refuses. */
export type Say = (job: Job) => Promise<void>

/** A message that is there. */
type Shown = Delivery & { thread: Thread }

const CLOCKS_APART_MILLIS = 5 * 60_000 // what signed requests allow between a platform's clock and ours
const WORST_SHOWN = 10
const APPENDS_A_TURN = 20 // between two of these, whoever waits for an answer gets it

export function createSay(
  chat: Chat,
  backlog: Backlog,
  { store, policy, clock, log }: { store: IncidentStore; policy: () => Policy; clock: () => Millis; log: Log },
): Say {
  async function sayIncident(id: string): Promise<void> {
    const entries = await store.read(id)
    const incident = fold(entries)
    const rows = await store.deliveries(chat.name, id)
    const message: Message = { kind: 'incident', incident }
    const known = ownThread(incident, chat.name)
    if (await isTakenOver(incident)) return backlog.told(id, incident.version)
    const former = known ? undefined : await takeOver(incident, message)
    if (former) {
      await amend(store, id, clock(), 'system', now =>
        ownThread(now, chat.name) ? [] : [{ type: 'posted', thread: former }],
      )
      return sayIncident(id)
    }
    if (!known && isToldByDigest(incident)) return backlog.told(id, incident.version)
    const main = mainRow(rows, incident, chat.name)
    const key = main?.key ?? (known || !threadIn(incident, chat.name) ? id : `${id}/own`)
    const wanted = { key, incident: id, version: incident.version }
    const { thread, version: told } = known
      ? { thread: known, version: main?.version ?? 0 }
      : await once(wanted, rows, () => chat.open(key, message))
    if (!known) {
      await amend(store, id, clock(), 'system', now => (ownThread(now, chat.name) ? [] : [{ type: 'posted', thread }]))
    }
    const news = entries.filter(({ version, happening }) => version > told && happening.type !== 'posted')
    if (news.length > 0) await edit(thread, message)
    await sayBelow(incident, thread, news, rows)
    await store.keepDelivery({ chat: chat.name, key, incident: id, version: incident.version, sentAt: clock(), thread })
    backlog.told(id, incident.version, thread)
  }

  /** The message of the incident it continues, which from now on is its own; undefined: there is none any more. */
  async function takeOver(incident: Incident, message: Message): Promise<Thread | undefined> {
    const continues = incident.again?.continues
    if (continues === undefined || threadIn(incident, chat.name)) return undefined
    const former = await readIncident(store, continues)
    const thread = ownThread(former, chat.name)
    if (!thread) return undefined
    try {
      await chat.edit(thread, message)
    } catch (error) {
      if (asFault(error).code === 'not_found') return undefined
      throw error
    }
    const row = mainRow(await store.deliveries(chat.name, continues), former, chat.name)
    const { id } = incident
    await store.keepDelivery({ chat: chat.name, key: id, incident: id, version: 0, sentAt: clock(), thread })
    if (row) await store.dropDelivery(chat.name, row.key) // or a press on the message could be taken for the former's
    return thread
  }

  async function isTakenOver({ continuedIn, ...incident }: Incident): Promise<boolean> {
    if (continuedIn === undefined) return false
    const own = threadIn(incident, chat.name)
    const next = threadIn(await readIncident(store, continuedIn), chat.name)
    return own !== undefined && own.id === next?.id && own.channel === next.channel
  }

  /** Over, in a storm: its digest said so. */
  function isToldByDigest(incident: Incident): boolean {
    const isUrgent = incident.severity === 'critical' || incident.remedies.some(isLookedAt)
    return incident.resolvedAt !== undefined && threadIn(incident, chat.name) !== undefined && !isUrgent
  }

  function isLookedAt({ lookedAtIn }: Remedy): boolean {
    return lookedAtIn.includes(chat.name)
  }

  /** A changed mind, and the remedies somebody looked at here: those messages follow their remedy. */
  async function sayBelow(
    incident: Incident,
    thread: Thread,
    news: readonly Entry[],
    rows: readonly Delivery[],
  ): Promise<void> {
    const isMuted = Math.max(incident.mutedUntil ?? 0, endOfQuiet(incident)) > clock()
    for (const entry of isMuted ? [] : news) {
      const text = newsOf(incident, entry)
      if (!text) continue
      const key = `${incident.id}/${entry.version}`
      const wanted = { key, incident: incident.id, version: 0 }
      const post = () => chat.reply(thread, key, { kind: 'news', incident, text })
      await unlessGone(thread, () => once(wanted, rows, post))
    }
    const touched = new Set(news.flatMap(({ happening }) => ('remedy' in happening ? [happening.remedy] : [])))
    for (const remedy of incident.remedies) {
      const shown = rows.find(({ key }) => key === remedy.id)?.thread
      if (!isLookedAt(remedy) || (shown && !touched.has(remedy.id))) continue
      const approvers = remedy.call ? approversOf(policy(), remedy.call) : []
      const message: Message = { kind: 'preview', incident, remedy, approvers }
      if (shown) await edit(shown, message)
      else {
        const wanted = { key: remedy.id, incident: incident.id, version: 0 }
        const post = () => chat.reply(thread, remedy.id, message)
        await unlessGone(thread, () => once(wanted, rows, post))
      }
    }
  }

  async function sayDigest({ key, members, joining }: Job & { kind: 'digest' }): Promise<void> {
    const message = await digestOf(key, members)
    const owner = ownerOf(key)
    const rows = await store.deliveries(chat.name, owner)
    const shown = rows.find(row => row.key === key)?.thread
    const wanted = { key, incident: owner, version: 0 }
    const thread = shown ?? (await once(wanted, rows, () => chat.open(key, message))).thread
    if (shown) await edit(shown, message)
    const posted: Thread = { ...thread, digest: key }
    for (const [index, id] of joining.entries()) {
      const now = await amend(store, id, clock(), 'system', incident =>
        threadIn(incident, chat.name) ? [] : [{ type: 'posted', thread: posted }],
      )
      backlog.told(id, now.version, threadIn(now, chat.name) ?? posted)
      if (index % APPENDS_A_TURN === APPENDS_A_TURN - 1) await turn()
    }
    backlog.toldDigest(key, members, joining.length > 0 ? clock() : undefined)
  }

  async function digestOf(key: string, members: readonly Line[]): Promise<Message> {
    const open: Partial<Record<Severity, number>> = {}
    const alive = members.filter(({ isResolved }) => !isResolved)
    for (const { severity } of alive) open[severity] = (open[severity] ?? 0) + 1
    const bySeverity = alive.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
    const worst = await Promise.all(bySeverity.slice(0, WORST_SHOWN).map(({ id }) => readIncident(store, id)))
    const since = Math.min(...members.map(line => line.since))
    return { kind: 'digest', key, worst, open, resolved: members.length - alive.length, since }
  }

  async function edit(thread: Thread, message: Message): Promise<void> {
    await unlessGone(thread, () => chat.edit(thread, message))
  }

  /** What somebody took away stays away, and so does what would be said below it. */
  async function unlessGone(thread: Thread, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (asFault(error).code !== 'not_found') throw error
      log.info(
        { chat: chat.name, channel: thread.channel, message: thread.id },
        'a message of ours is not there any more',
      )
    }
  }

  /** Posts what was not posted, and remembers what the platform called it and what it shows. */
  async function once(
    wanted: Pick<Delivery, 'key' | 'incident' | 'version'>,
    rows: readonly Delivery[],
    post: () => Promise<Thread>,
  ): Promise<Shown> {
    const row = rows.find(({ key }) => key === wanted.key)
    if (row?.thread) return { ...row, thread: row.thread }
    const found = row && (await chat.find(wanted.key, row.sentAt - CLOCKS_APART_MILLIS))
    const kept = found ? row : { chat: chat.name, ...wanted, sentAt: row?.sentAt ?? clock() }
    if (!row) await store.keepDelivery(kept)
    const shown = { ...kept, thread: found ?? (await taken(wanted.key, post)) }
    await store.keepDelivery(shown)
    return shown
  }

  /** A refusal leaves no trace; one that may have been taken all the same is looked for next time. */
  async function taken(key: string, post: () => Promise<Thread>): Promise<Thread> {
    try {
      return await post()
    } catch (error) {
      const { code } = asFault(error)
      if (code !== 'network' && code !== 'processing') await store.dropDelivery(chat.name, key)
      throw error
    }
  }

  return job => (job.kind === 'incident' ? sayIncident(job.incident) : sayDigest(job))
}

/** What the store remembers of an incident's own message in a chat. */
export function mainRow(rows: readonly Delivery[], incident: Incident, chat: ChatName): Delivery | undefined {
  const own = ownThread(incident, chat)
  return own && rows.find(({ thread }) => thread?.id === own.id && thread.channel === own.channel)
}

function threadIn({ threads }: Pick<Incident, 'threads'>, chat: ChatName): Thread | undefined {
  return threads.find(thread => thread.chat === chat)
}

/** Not the digest it may be in. */
function ownThread(incident: Incident, chat: ChatName): Thread | undefined {
  const thread = threadIn(incident, chat)
  return thread?.digest ? undefined : thread
}

/** digest-INC-17 -> INC-17, the first that joined it */
function ownerOf(digest: string): string {
  return digest.slice(DIGEST.length)
}

/** What is said again below the card: that it is back, and another cause than the one people are working on. */
function newsOf(incident: Incident, { happening }: Entry): string | undefined {
  if (happening.type === 'opened') return happening.again && sayAgain(happening.again, happening.diagnosis.title)
  if (happening.type !== 'updated' || happening.reason !== 'another cause') return undefined
  const cause = incident.rootCauses[0]
  return (
    cause &&
    `Changed my mind: ${incident.title} Because ${cause.reasons
      .slice(0, 2)
      .map(({ text }) => text)
      .join('; ')}.`
  )
}
