// Marked runs as TextRuns of a RichTextBlock, where Teams knows no markdown, mention, image or link.
// https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
import type { IRichTextBlock, ITextBlock, ITextRun } from '@microsoft/teams.cards'
import type { Card, Part, Run, Text, Time } from '../card.ts'
import { plain, words } from '../card.ts'
import { cutTo } from '../cut.ts'
import { TEAMS_LIMITS } from './limits.ts'

export type Look = Partial<Pick<ITextRun, 'size' | 'weight' | 'isSubtle' | 'fontType'>>

/** `spacing`: from what stands above. */
export function paragraph(inlines: ITextRun[], spacing?: IRichTextBlock['spacing']): IRichTextBlock {
  return { type: 'RichTextBlock', inlines, ...(spacing && { spacing }) }
}

/** Neighbours that look the same become one run; together they are at most a line's limit long. */
export function runs(text: Text, look: Look = {}): ITextRun[] {
  const merged: ITextRun[] = []
  let left: number = TEAMS_LIMITS.line.most
  for (const run of text) {
    if (left <= 0) break
    const shown = cutTo(plain([run]), { most: left })
    left -= shown.length
    const fontType = run.kind === 'exact' ? 'Monospace' : look.fontType
    const last = merged.at(-1)
    if (last && last.fontType === fontType) last.text += shown
    else merged.push({ type: 'TextRun', text: shown, ...look, ...(fontType && { fontType }) })
  }
  return merged.map(run => ({ ...run, text: inert(run.text) }))
}

/** Where a plain string is asked for: the title of a button, an entry of a list. Teams refuses one without characters. */
export function label(text: Text, limit: { most: number }): string {
  return inert(cutTo(plain(text), limit)) || '(empty)'
}

/** Says what is missing; nothing where nothing is. */
export function more(count: number): IRichTextBlock[] {
  return count > 0 ? [paragraph(runs([words(`+${count} more`)], { isSubtle: true }), 'Small')] : []
}

/** Some clients format {{DATE(…)}} wherever it stands; a stranger's stays as it was written. */
export function inert(text: string): string {
  return text.replaceAll('{{', '{ {')
}

/**
 * What the first time on the card is on the reader's own clock, for those who are not in the zone it was written in. In a
 * block of its own: Teams formats times in TextBlocks, which read markdown too, but not reliably in TextRuns
 * (https://github.com/microsoft/AdaptiveCards/issues/6194), so that nothing from outside may stand beside it.
 */
export function ownClock({ parts }: Card): ITextBlock | undefined {
  const time = parts.flatMap(runsOf).find((run): run is Time => run.kind === 'time')
  if (!time) return undefined
  const moment = `${new Date(time.at).toISOString().slice(0, 19)}Z` // milliseconds are no part of the format
  const isToday = !time.text.includes(' ')
  const theirs = isToday ? `{{TIME(${moment})}}` : `{{DATE(${moment}, SHORT)}} {{TIME(${moment})}}`
  const text = `${time.text} above is ${theirs} on your clock.`
  return { type: 'TextBlock', text, size: 'Small', isSubtle: true, wrap: true, spacing: 'Small' }
}

function runsOf(part: Part): Run[] {
  switch (part.kind) {
    case 'buttons':
    case 'feedback':
    case 'chart':
      return []
    case 'diff':
      return part.lines.flat()
    case 'claims':
      return part.items.flatMap(({ text, evidence }) => [...text, ...evidence.map(({ at }) => at)])
    case 'evidence':
      return part.items.flatMap(({ at, text }) => [at, ...text])
    case 'list':
      return part.items.flatMap(({ text }) => text)
    default:
      return part.text
  }
}
