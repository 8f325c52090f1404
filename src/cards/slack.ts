// A card as Block Kit. Text from outside is only ever rich text or a label, where Slack parses nothing; markdown of either kind is never sent.
// State is told by the mark and the words of the first line. No colour bar: it would need an attachment, which Slack
// calls legacy and folds away on phones, and says nothing to those who do not see colours.
import type { HomeView, KnownBlock } from '@slack/types'
import { clean } from '#incident/clean.ts'
import type { Card, Part, Text } from './card.ts'
import { plain, words } from './card.ts'
import { fitted } from './fit.ts'
import { actionsBlock, feedbackBlock, listActions } from './slack/actions.ts'
import { SLACK_LIMITS } from './slack/limits.ts'
import { bullets, evidenceLine, labelled, line, marked, moreThan, paragraph, preformatted } from './slack/lines.ts'
import { notification, plainText, richText } from './slack/text.ts'

/** `file`: the id of an uploaded file. */
export type SlackPicture = { file: string; alt: string }

export type SlackMessage = { blocks: KnownBlock[]; text: string }

/** Within Slack's limits whatever the card holds. `text` is what a notification shows. Without a picture the chart is left out. */
export function slackMessage(card: Card, { picture }: { picture?: SlackPicture } = {}): SlackMessage {
  let blocks: KnownBlock[] = []
  fitted(card, each => isTaken((blocks = blocksOf(each, picture))))
  return { blocks, text: notification(summary(card)) }
}

/** The cards one below the other, as many as there is room for; the rest is counted. */
export function slackHome(cards: readonly Card[]): HomeView {
  const drawn = cards.map(({ key, parts }) => slackMessage({ key, parts: parts.filter(isForHome) }).blocks)
  const blocks: KnownBlock[] = []
  let shown = 0
  for (const each of drawn) {
    if (blocks.length + each.length + DIVIDER_AND_COUNT > SLACK_LIMITS.viewBlocks.most) break
    blocks.push(...(shown > 0 ? [{ type: 'divider' } as const] : []), ...each)
    shown++
  }
  const more = drawn.length - shown
  return { type: 'home', blocks: more > 0 ? [...blocks, context(`+${more} more`)] : blocks }
}

const DIVIDER_AND_COUNT = 2

/** Slack takes thumbs in messages only. */
function isForHome({ kind }: Part): boolean {
  return kind !== 'feedback'
}

function isTaken(blocks: KnownBlock[]): boolean {
  const bytes = Buffer.byteLength(JSON.stringify(blocks))
  return blocks.length <= SLACK_LIMITS.messageBlocks.most && bytes <= SLACK_LIMITS.messageBytes.most
}

const SUMMARY: readonly Part['kind'][] = ['headline', 'verdict', 'note']

function summary({ parts }: Card): string {
  const lines = parts.flatMap(part => (SUMMARY.includes(part.kind) && 'text' in part ? [plain(marked(part))] : []))
  return lines.slice(0, 2).join('\n')
}

/** Lines that belong together are one block, so that they stand together. */
function blocksOf(card: Card, picture: SlackPicture | undefined): KnownBlock[] {
  const blocks: KnownBlock[] = []
  let before: string | undefined
  for (const part of card.parts) {
    const together = TOGETHER[part.kind]
    const last = blocks.at(-1)
    for (const block of blocksOfPart(part, card, picture)) {
      if (together !== undefined && together === before && last?.type === 'rich_text' && block.type === 'rich_text') {
        last.elements.push(...block.elements)
      } else blocks.push(block)
    }
    before = together
  }
  return blocks
}

const TOGETHER: Partial<Record<Part['kind'], string>> = {
  headline: 'what',
  verdict: 'what',
  act: 'do',
  progress: 'do',
  fact: 'facts',
}

function blocksOfPart(part: Part, card: Card, picture: SlackPicture | undefined): KnownBlock[] {
  switch (part.kind) {
    case 'headline':
      return [paragraph(line(richText(marked(part), { bold: true })))]
    case 'verdict':
    case 'progress':
      return [paragraph(line(richText(part.text)))]
    case 'act': {
      const sure = part.sure === undefined ? [] : [words(` Sure ${part.sure.toFixed(2)}.`)]
      return [paragraph(labelled('Act', [...part.text, ...sure]))]
    }
    case 'diff':
      return [paragraph(preformatted(part.lines))]
    case 'buttons':
      return actionsBlock(part, card)
    case 'fact':
      return [paragraph(labelled(part.label, part.text))]
    case 'claims':
      return [paragraph(...part.items.flatMap(claimLines))]
    case 'evidence': {
      const title = line(richText([words('Evidence')], { bold: true }))
      return [paragraph(title, ...bullets(part.items.map(evidenceLine)), ...moreThan(part.more))]
    }
    case 'list': {
      const lines = [...bullets(part.items.map(item => richText(marked(item)))), ...moreThan(part.more)]
      return [...(lines.length > 0 ? [paragraph(...lines)] : []), ...listActions(part.items, card)]
    }
    case 'chart':
      return picture ? [image(picture)] : []
    case 'feedback':
      return [feedbackBlock(part)]
    case 'note':
      return [hasTime(part.text) ? paragraph(line(richText(part.text, { italic: true }))) : context(plain(part.text))]
  }
}

function claimLines({ text, evidence }: (Part & { kind: 'claims' })['items'][number]) {
  return [...bullets([richText(text)]), ...bullets(evidence.map(evidenceLine), 1)]
}

/** Small and grey; it has no place for a time of the reader's. */
function context(text: string): KnownBlock {
  return { type: 'context', elements: [plainText(text, SLACK_LIMITS.text)] }
}

function hasTime(text: Text): boolean {
  return text.some(({ kind }) => kind === 'time')
}

/** Its title is in the picture. */
function image({ file, alt }: SlackPicture): KnownBlock {
  return { type: 'image', slack_file: { id: file }, alt_text: plainText(clean(alt), SLACK_LIMITS.altText).text }
}
