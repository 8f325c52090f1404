// The lines of evals/results.md as mark-up: headings, tables, lists, paragraphs and code, which is all they use.
import { escaped } from './html.ts'

export function fromMarkdown(lines: readonly string[]): string {
  const blocks = lines.join('\n').split(/\n{2,}/)
  return blocks.map(block => blockOf(block.trim().split('\n'))).join('\n')
}

function blockOf(lines: readonly string[]): string {
  const [first = ''] = lines
  const heading = /^(#{1,4}) (.*)$/.exec(first)
  if (heading) {
    const [, marks = '', text = ''] = heading
    const id = marks.length === 2 ? ` id="${escaped(text)}"` : ''
    return `<h${marks.length}${id}>${inline(text)}</h${marks.length}>`
  }
  if (first.startsWith('|')) return tableOf(lines)
  if (first.startsWith('- '))
    return `<ul>${lines.map(line => `<li>${inline(line.replace(/^- /, ''))}</li>`).join('')}</ul>`
  return first === '' ? '' : `<p>${inline(lines.join(' '))}</p>`
}

function tableOf([head = '', , ...rows]: readonly string[]): string {
  const cells = (line: string, tag: string) =>
    line
      .slice(1, -1)
      .split('|')
      .map(cell => `<${tag}>${inline(cell.trim())}</${tag}>`)
      .join('')
  const body = rows.map(row => `<tr>${cells(row, 'td')}</tr>`).join('\n')
  return `<div class="wide"><table><thead><tr>${cells(head, 'th')}</tr></thead><tbody>${body}</tbody></table></div>`
}

function inline(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}
