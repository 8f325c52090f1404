// Runs of text as Slack's rich text, labels and notifications. In the first two nothing is parsed: what came from outside stays text.
import type { PlainTextElement, RichTextElement, RichTextText } from '@slack/types'
import type { Run, Text, Time } from '../card.ts'
import { plain } from '../card.ts'
import { cutTo } from '../cut.ts'
import { SLACK_LIMITS } from './limits.ts'

type Style = NonNullable<RichTextText['style']>

const EMPTY = '(empty)' // Slack refuses a text without characters

/** `style` is added to every run. Neighbours of one style are one element; long texts end in an ellipsis. */
export function richText(text: Text, style: Style = {}): RichTextElement[] {
  const elements: RichTextElement[] = []
  let room: number = SLACK_LIMITS.text.most
  for (const run of text) {
    if (run.kind === 'time') {
      elements.push(date(run, style))
      continue
    }
    const said = cutTo(plain([run]), { most: room })
    if (said === '' || room === 0) continue
    room -= said.length
    add(elements, { type: 'text', text: said, ...styled(run, style) })
  }
  return elements.length > 0 ? elements : [{ type: 'text', text: EMPTY, ...(isStyled(style) && { style }) }]
}

function add(elements: RichTextElement[], next: RichTextText): void {
  const last = elements.at(-1)
  if (last?.type === 'text' && JSON.stringify(last.style) === JSON.stringify(next.style)) last.text += next.text
  else elements.push(next)
}

function styled(run: Run, style: Style): { style?: Style } {
  const whole = run.kind === 'exact' ? { ...style, code: true } : style
  return isStyled(whole) ? { style: whole } : {}
}

function isStyled(style: Style): boolean {
  return Object.keys(style).length > 0
}

/** Shown in the zone of each reader: https://docs.slack.dev/reference/block-kit/block-elements/date-element */
function date({ text, at }: Time, style: Style): RichTextElement {
  const isToday = !text.includes(' ')
  return {
    type: 'date',
    timestamp: Math.floor(at / 1000),
    format: isToday ? '{time}' : '{date_short_pretty} {time}',
    fallback: text,
    ...(isStyled(style) && { style }),
  }
}

/** A label: no emoji either. */
export function plainText(text: Text | string, limit: { most: number }): PlainTextElement {
  const said = typeof text === 'string' ? text : plain(text)
  return { type: 'plain_text', text: cutTo(said === '' ? EMPTY : said, limit), emoji: false }
}

/**
 * For `text` beside blocks, which Slack reads as mrkdwn: entities for its brackets, look-alikes for what would make
 * bold, italic, struck or code, and a word joiner inside what would become a mention, a link or an emoji.
 * notification('see *x* at a.example, @here') -> 'see ∗x∗ at a.⁠example, @⁠here'
 */
export function notification(text: string): string {
  const harmless = text
    .replace(/[*~`]/g, mark => LOOK_ALIKES[mark] ?? '')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, 'ˍ') // within a_name it is only a letter
    .replace(/[@#]|(?<!\d):(?=\S)|:(?=[^\s\d])|\.(?=[^\s\d]|\d+\.)/g, mark => mark + WORD_JOINER) // times and versions stay whole
  return escaped(cutTo(harmless, { most: SLACK_LIMITS.notification.most / LONGEST_ENTITY }))
}

const WORD_JOINER = '\u2060'
const LOOK_ALIKES: Record<string, string> = { '*': '∗', '~': '∼', '`': 'ˋ' }
const LONGEST_ENTITY = 5 // &amp;

/** https://docs.slack.dev/messaging/formatting-message-text: these three, and only these. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
