// Who somebody is: by the directory's ids, as Teams says now, never by a name. And who of a channel may be shown Approve.
import { Fault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Person } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'
import { createKept } from '../kept.ts'
import type { Connector, Member } from './connector.ts'
import { placeOf } from './place.ts'
import type { TeamsSettings } from './settings.ts'

/** As an activity names its sender; `id`: the Teams id, 29:… */
export type Sender = { id: string; aadObjectId?: string; name: string; role?: string }

export type People = {
  /** Throws a Fault when Teams cannot be asked: whether they are a guest is then not known. */
  known(sender: Sender, conversation: string): Promise<Person>
  /** Teams ids of the members `may` holds for, at most 60; undefined when the members cannot be had. */
  those(conversation: string, may: (person: Person) => boolean): Promise<string[] | undefined>
  /** The Teams id of a person. Throws a Fault `not_found` when they are no member there. */
  idOf(person: Person, conversation: string): Promise<string>
}

const KEPT_MILLIS = 10 * 60_000
const UNKNOWN_MILLIS = 60_000 // every edit wants the roster; a channel that does not tell is not asked each time
const MOST_KEPT = 2_000
/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/user-specific-views */
const MOST_WITH_OWN_VIEW = 60

export function createPeople(given: {
  connector: Connector
  settings: Pick<TeamsSettings, 'tenantId'>
  clock: () => Millis
  log: Log
}): People {
  const { connector, settings, clock, log } = given
  const members = createMemory<Member | undefined>(clock)
  const rosters = createMemory<Member[]>(clock, UNKNOWN_MILLIS)
  const ids = createKept<string>(MOST_KEPT) // directory id -> Teams id

  function personOf(sender: Sender, member: Member | undefined): Person {
    const user = sender.aadObjectId ?? sender.id
    const name = member?.name || sender.name || 'somebody'
    const standing = standingOf(sender, member)
    return { chat: 'teams', team: member?.tenantId ?? settings.tenantId, user, name, ...(standing && { standing }) }
  }

  function standingOf({ role, aadObjectId }: Sender, member: Member | undefined): Person['standing'] {
    if (role === 'bot' || role === 'skill') return 'bot'
    const isOurs =
      aadObjectId !== undefined && member?.aadObjectId === aadObjectId && member.tenantId === settings.tenantId
    if (!isOurs || member.userRole === 'anonymous') return 'stranger'
    return member.userRole === 'guest' ? 'guest' : undefined
  }

  return {
    async known(sender, conversation) {
      if (sender.role === 'bot' || sender.aadObjectId === undefined) return personOf(sender, undefined)
      const { channel } = placeOf(conversation)
      const member = await members(`${channel} ${sender.id}`, () => connector.member(channel, sender.id))
      if (member?.aadObjectId !== undefined) ids.set(member.aadObjectId, member.id)
      return personOf(sender, member)
    },
    async those(conversation, may) {
      const { channel } = placeOf(conversation)
      try {
        const roster = await rosters(channel, () => connector.members(channel))
        return roster
          .filter(member => {
            const person = personOf(member, member)
            return !person.standing && may(person)
          })
          .slice(0, MOST_WITH_OWN_VIEW)
          .map(({ id }) => id)
      } catch (error) {
        log.warn(
          { chat: 'teams', channel, cause: error },
          'the members of the channel cannot be listed: everybody sees every button',
        )
        return undefined
      }
    },
    async idOf({ user }, conversation) {
      const known = ids.get(user)
      if (known !== undefined) return known
      const member = await connector.member(placeOf(conversation).channel, user)
      if (!member) throw new Fault('not_found', 'Teams does not know this person as a member of the conversation.')
      ids.set(user, member.id)
      return member.id
    },
  }
}

/** Asks once for what is wanted again within ten minutes; what failed is asked for again after `failedMillis`. */
function createMemory<T>(clock: () => Millis, failedMillis = 0): (key: string, ask: () => Promise<T>) => Promise<T> {
  const kept = createKept<{ answer: Promise<T>; until: Millis }>(MOST_KEPT)
  return (key, ask) => {
    const known = kept.get(key)
    if (known && clock() < known.until) return known.answer
    const answer = ask()
    kept.set(key, { answer, until: clock() + KEPT_MILLIS })
    answer.catch(() => kept.set(key, { answer, until: clock() + failedMillis }))
    return answer
  }
}
