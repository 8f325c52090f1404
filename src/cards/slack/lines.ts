// Lines of rich text: a sentence, a label with its sentence, a list, what was seen and where.
import type { RichTextBlock, RichTextElement, RichTextList } from '@slack/types'
import type { Evidence, ListItem, Text } from '../card.ts'
import { plain, words } from '../card.ts'
import { SOURCE_NAMES } from '../evidence.ts'
import { SLACK_LIMITS } from './limits.ts'
import { plainText, richText } from './text.ts'

type Lines = RichTextBlock['elements'][number]

export function paragraph(...elements: Lines[]): RichTextBlock {
  return { type: 'rich_text', elements }
}

export function line(elements: RichTextElement[]): Lines {
  return { type: 'rich_text_section', elements }
}

export function labelled(label: string, text: Text): Lines {
  return line([...richText([words(`${label}  `)], { bold: true }), ...richText(text)])
}

export function marked({ mark, text }: Pick<ListItem, 'mark' | 'text'>): Text {
  return mark ? [words(`${mark} `), ...text] : text
}

/** None for no lines: Slack refuses an empty list. `indent`: how deep, 0 for none. */
export function bullets(lines: readonly RichTextElement[][], indent = 0): RichTextList[] {
  if (lines.length === 0) return []
  const elements = lines.map(each => ({ type: 'rich_text_section' as const, elements: each }))
  return [{ type: 'rich_text_list', style: 'bullet', elements, ...(indent > 0 && { indent }) }]
}

export function moreThan(more: number): Lines[] {
  return more > 0 ? [line(richText([words(`+${more} more`)]))] : []
}

export function preformatted(lines: readonly Text[]): Lines {
  const { text } = plainText(lines.map(plain).join('\n'), SLACK_LIMITS.text)
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }
}

/** When, where, on what, what. The source's name leads to where it was seen, unless that is longer than Slack takes. */
export function evidenceLine({ source, at, text, exact, url }: Evidence): RichTextElement[] {
  const name = words(SOURCE_NAMES[source])
  const on: Text = exact === undefined ? [] : [{ kind: 'exact', text: exact }, words(' · ')]
  if (url === undefined || url.length > SLACK_LIMITS.url.most)
    return richText([at, words(' '), name, words(' · '), ...on, ...text])
  const link: RichTextElement = { type: 'link', url, text: name.text }
  return [...richText([at, words(' ')]), link, ...richText([words(' · '), ...on, ...text])]
}
