// What people can say, in the order they will want it.
import { exact, say, words } from './card.ts'
import type { Card } from './card.ts'
import { cardWith } from './part.ts'

/** As `bot/command.ts` reads them. */
const COMMANDS: readonly [command: string, does: string][] = [
  ['list', 'what is open'],
  ['show INC-42', 'one incident'],
  ['details INC-42', 'what it rests on, and what else it could be'],
  ['look', 'what nobody has looked at yet: logs, events, figures; nothing is changed'],
  ['ask what changed?', 'a question; in an incident’s thread it is about that one'],
  ['ack', 'you are looking at it'],
  ['resolve', 'it is over'],
  ['mute 30m', 'nothing new is posted about it; of a service: mute 2h checkout'],
  ['unmute checkout', 'it is posted about again'],
  ['known INC-42', 'people know this trouble: it is posted again only when it is worse; unknown takes it back'],
  ['feedback noise', 'how it was: helpful, no, cause (the wrong one), noise (not an incident)'],
  ['settings', 'what is muted, known or in maintenance, with what takes it back'],
  ['declare', 'an incident that nothing has shown yet'],
  ['split', 'some signals belong to another incident'],
  ['merge INC-42 INC-40', 'the first is the same as the second'],
  ['postmortem INC-42', 'what happened, written from the record'],
  ['status', 'what runs, and which sources can be read'],
  ['help', 'this'],
]

export function helpCard(): Card {
  return cardWith('help', [
    { kind: 'headline', text: say`What you can say` },
    {
      kind: 'list',
      items: COMMANDS.map(([command, does]) => ({ text: say`${exact(command)} ${words(does)}` })),
      more: 0,
    },
    { kind: 'note', text: say`After /incident, or after the bot’s name; anything else is taken as a question.` },
  ])
}
