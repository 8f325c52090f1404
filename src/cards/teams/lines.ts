// The lines of a card: a fact with its label, what was seen where, an entry of a list, the picture.
import type { CardElement, IColumnSet, IImage, IRichTextBlock, ITextRun } from '@microsoft/teams.cards'
import { exact, words } from '../card.ts'
import type { Evidence, ListItem, Text } from '../card.ts'
import { cutTo } from '../cut.ts'
import { SOURCE_NAMES } from '../evidence.ts'
import { execute } from './buttons.ts'
import { TEAMS_LIMITS } from './limits.ts'
import { inert, paragraph, runs } from './text.ts'

export type Picture = { png: Uint8Array; alt: string }

export function labelled(label: string, inlines: ITextRun[]): IRichTextBlock {
  const head = runs([words(inlines.length > 0 ? `${label}  ` : label)], { weight: 'Bolder' })
  return paragraph([...head, ...inlines], 'Small')
}

/** "14:02 Kubernetes · shop/checkout · 2 of 2 new pods crash-loop"; the source's name leads to its page. */
export function evidenceLine({ source, at, text, exact: where, url }: Evidence): IRichTextBlock {
  const small = { size: 'Small' } as const
  const [name] = runs([words(SOURCE_NAMES[source])], small)
  const link = url !== undefined && linkTo(url)
  const rest: Text = [words(' · '), ...(where === undefined ? [] : [exact(where), words(' · ')]), ...text]
  return paragraph(
    [
      ...runs([at, words(' ')], { ...small, isSubtle: true }),
      ...(name ? [{ ...name, ...(link && { selectAction: link }) }] : []),
      ...runs(rest, small),
    ],
    'Small',
  )
}

/** None at all rather than half an address. */
function linkTo(url: string): ITextRun['selectAction'] {
  return url.length > TEAMS_LIMITS.link.most ? undefined : { type: 'Action.OpenUrl', url }
}

export function listLine({ mark, text, button }: ListItem): CardElement {
  const line = paragraph(runs([...(mark ? [words(`${mark} `)] : []), ...text]), 'Small')
  if (!button) return line
  const columns: IColumnSet['columns'] = [
    { type: 'Column', width: 'stretch', verticalContentAlignment: 'Center', items: [line] },
    { type: 'Column', width: 'auto', items: [{ type: 'ActionSet', actions: [execute(button)] }] },
  ]
  return { type: 'ColumnSet', spacing: 'Small', columns }
}

/** Within the message: Teams asks nobody for it. */
export function picture({ png, alt }: Picture): IImage {
  const url = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
  return { type: 'Image', url, altText: inert(cutTo(alt, TEAMS_LIMITS.altText)), size: 'Stretch' }
}
