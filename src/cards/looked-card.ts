// What the looks somebody asked for answered: each with the call it was, so that it can be asked again by hand. The texts
// are the sources' own.
import type { Incident } from '#incident/incident.ts'
import type { Looked } from '#incident/look.ts'
import { say, sentence, words } from './card.ts'
import type { Card, Part, Text } from './card.ts'
import { exactly } from './exact-call.ts'
import { cardWith, fact } from './part.ts'

const MOST_LINES = 15 // of each answer: with four looks a screen or two

export function lookedCard({ id, title }: Incident, answers: readonly Looked[]): Card {
  const had = answers.filter(({ answered }) => answered).length
  const many = answers.length === 1 ? '1 look' : `${answers.length} looks`
  return cardWith(id, [
    { kind: 'headline', text: say`Looked: ${words(had === answers.length ? many : `${had} of ${many} answered`)}` },
    { kind: 'verdict', text: [sentence(title)] },
    ...answers.flatMap(looked),
    { kind: 'note', text: say`Read only; nothing was changed.` },
  ])
}

function looked({ asks, call, answered, text }: Looked): (Part | undefined)[] {
  const asked: Part = { kind: 'verdict', text: [sentence(asks.charAt(0).toUpperCase() + asks.slice(1))] }
  const answer: Part | undefined = answered
    ? { kind: 'diff', lines: linesOf(text, call.tool === 'get_logs') }
    : fact('Not known', [sentence(text)])
  return [asked, fact('Call', exactly(call)), answer]
}

/** `isLog`: its newest lines stand last. */
function linesOf(text: string, isLog: boolean): Text[] {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  if (lines.length === 0) return [say`nothing`]
  const wanted = isLog ? lines.slice(-MOST_LINES) : lines.slice(0, MOST_LINES)
  const shown = wanted.map((line): Text => [sentence(line)])
  const more = lines.length - shown.length
  if (more === 0) return shown
  return isLog ? [[words(`${more} more before`)], ...shown] : [...shown, [words(`+${more} more`)]]
}
