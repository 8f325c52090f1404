// One thing somebody wanted, and the ways to answer it: in place of the card they pressed, only to them, or to everybody.
import type { Card, Press } from '#cards/card.ts'
import { summaryOf, teamsCard } from '#cards/teams.ts'
import type { Message } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import { asFault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Person } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { Taken } from '../inbox.ts'
import type { SayOnce } from '../once.ts'
import type { Persist } from '../persist.ts'
import type { TeamsVoice } from './messages.ts'
import type { Waiting } from './patience.ts'
import { showCard, showDialog, showLine } from './reaction.ts'
import type { Reaction } from './reaction.ts'
import { cardFor } from './render.ts'
import { pressedOn } from './subject.ts'

/** `press`: what was pressed, on `thread`. `waiting`: who stands in front of a spinner. */
export type Turn = Taken<Waiting> & { by: Person; thread: Thread; press?: Press }

export type Answering = {
  /** Only to the one who asked, rather twice than never. Never throws. */
  them(turn: Turn, message: Message): Promise<void>
  /** To everybody below the message, once; only to them where nothing can be said there. Never throws. */
  everybody(turn: Turn, message: Message): Promise<void>
  /** That it takes longer, now or not at all; nothing where they were told already. Never throws. */
  soon(turn: Turn, message: Message): Promise<void>
}

export function createAnswering(given: {
  voice: TeamsVoice
  store: IncidentStore
  sayOnce: SayOnce
  persist: Persist
  clock: () => Millis
  log: Log
}): Answering {
  const { voice, store, sayOnce, persist, clock, log } = given

  async function whisper({ thread, by }: Turn, message: Message): Promise<void> {
    try {
      await persist(() => voice.whisper(thread, by, message))
    } catch (error) {
      const { message: why, cause } = asFault(error)
      log.warn({ chat: 'teams', channel: thread.channel, cause }, `an answer to one person could not be said: ${why}`)
    }
  }

  /** The card they pressed on, as it is now and as they may see it, below what is said to them; or a line. */
  async function reactionOf(turn: Turn, line: string, above?: Message): Promise<Reaction> {
    const { by, thread, press } = turn
    const subject = press && (await pressedOn(thread, press, store))
    if (!subject) return lineFor(turn, line)
    const below = cardFor(subject, clock())
    const card: Card = above ? { ...below, parts: [...cardFor(above, clock()).parts, ...below.parts] } : below
    return showCard(teamsCard(card, await voice.theirs(by, subject)))
  }

  /** False where they were answered before it was drawn. */
  async function react(turn: Turn, line: string, above?: Message): Promise<boolean> {
    if (!turn.waiting?.isOpen()) return false
    return turn.waiting.react(await reactionOf(turn, line, above))
  }

  return {
    async them(turn, message) {
      const isShort = message.kind === 'reply' || message.kind === 'error'
      const isShown = isShort
        ? await react(turn, summaryOf(cardFor(message, clock())), message)
        : await react(turn, 'It is below, for you alone.')
      if (!isShown || !isShort) await whisper(turn, message)
    },
    async everybody(turn, message) {
      const { thread, id, isAgain } = turn
      await react(turn, 'The answer is below.')
      try {
        await sayOnce(thread, `answer:${id}`, message, { mayBeSaid: isAgain })
      } catch (error) {
        const { message: why, cause } = asFault(error)
        log.warn({ chat: 'teams', channel: thread.channel, cause }, `answered to them alone: ${why}`)
        await whisper(turn, message)
      }
    },
    async soon(turn, message) {
      turn.waiting?.react(lineFor(turn, summaryOf(cardFor(message, clock()))))
      if (turn.waiting || turn.isAgain) return
      await voice.whisper(turn.thread, turn.by, message).catch((error: unknown) => {
        log.info({ chat: 'teams', cause: asFault(error).cause }, `no word in between: ${asFault(error).message}`)
      })
    },
  }
}

/** Without a button it came from the message extension, which shows a dialog. */
function lineFor({ press }: Turn, text: string): Reaction {
  return press ? showLine(text) : showDialog(text)
}
