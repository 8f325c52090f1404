// A card on a terminal, in a log or in a mail: plain lines, verdict first. No cursor tricks; colour only where asked for.
import { styleText } from 'node:util'
import type { Button, Card, Evidence, Level, Part } from './card.ts'
import { plain } from './card.ts'
import { SOURCE_NAMES } from './evidence.ts'

export type TextStyle = {
  /** Columns; longer lines are broken between words. */
  width: number
  colour: boolean
}

/** Lines joined by new lines, without one at the end. */
export function cardText(card: Card, { width, colour }: TextStyle): string {
  const paint = colour ? styleText : (_: unknown, text: string) => text
  return card.parts.flatMap(part => lines(part, width, paint)).join('\n')
}

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string

const LABEL = 10 // columns: 'Ruled out' and a space
const COLOURS = {
  critical: 'magenta',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  ok: 'green',
} as const satisfies Record<Level, string>

function lines(part: Part, width: number, paint: Paint): string[] {
  switch (part.kind) {
    case 'headline': {
      const [first = '', ...rest] = wrap([part.mark, plain(part.text)].filter(Boolean).join(' '), width)
      return [part.level ? paint(COLOURS[part.level], first) : first, ...rest]
    }
    case 'verdict':
      return wrap(plain(part.text), width).map(line => paint('bold', line))
    case 'act': {
      const sure = part.sure === undefined ? '' : ` (sure ${part.sure.toFixed(2)})`
      return labelled('Act', `${plain(part.text)}${sure}`, width)
    }
    case 'progress':
      return labelled('So far', plain(part.text), width)
    case 'diff':
      return part.lines.flatMap(line => wrap(plain(line), width - 2).map(text => `  ${text}`))
    case 'fact':
      return labelled(part.label, plain(part.text), width)
    case 'buttons':
      return []
    case 'claims':
      return part.items.flatMap(({ text, evidence }) => [
        ...indented('- ', plain(text), width),
        ...evidence.flatMap(item => indented('    ', evidenceLine(item), width)),
      ])
    case 'evidence':
      return [
        'Evidence',
        ...part.items.flatMap(item => indented('- ', evidenceLine(item), width)),
        ...moreLine(part.more),
      ]
    case 'list':
      return [
        ...part.items.flatMap(({ mark, level, text }) => {
          const [first = '', ...rest] = indented(mark ? `${mark} ` : '- ', plain(text), width)
          return [level ? paint(COLOURS[level], first) : first, ...rest]
        }),
        ...moreLine(part.more),
      ]
    case 'chart':
    case 'feedback':
      return []
    case 'note':
      return wrap(plain(part.text), width).map(line => paint('dim', line))
  }
}

/** The labels of a card's buttons, for a terminal that says which command does the same. */
export function buttonsOf(card: Card): Button[] {
  return card.parts.flatMap(part => (part.kind === 'buttons' ? [...part.buttons, ...(part.menu?.items ?? [])] : []))
}

function moreLine(more: number): string[] {
  return more > 0 ? [`  +${more} more`] : []
}

function evidenceLine({ source, at, text, exact, url }: Evidence): string {
  return [`${at.text} ${SOURCE_NAMES[source]}`, exact, plain(text), url].filter(Boolean).join(' · ')
}

function labelled(label: string, text: string, width: number): string[] {
  return indented(label.padEnd(LABEL), text, width)
}

function indented(head: string, text: string, width: number): string[] {
  return wrap(text, width - head.length).map((line, i) => (i === 0 ? head : ' '.repeat(head.length)) + line)
}

/** Between words where there are any; a word longer than a line stays whole, so that it can be copied. */
function wrap(text: string, width: number): string[] {
  const out: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      out.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...out, line]
}
