// One evaluation's part of evals/results.md: its section, and what it reached of what was aimed at.
import type { Interval } from './measures.ts'

export type Part = {
  /** First word of its heading. */
  name: string
  lines: string[]
  /** By the measure's name in aims.ts. */
  reached: Record<string, string>
}

export type Shown = number | Interval | undefined

export function shown(value: Shown): string {
  if (value === undefined || (typeof value === 'number' && Number.isNaN(value))) return '-'
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(3)
  return `${value.value.toFixed(3)} [${value.low.toFixed(3)}, ${value.high.toFixed(3)}]`
}

/** Two decimals, without the interval: for the table people read first. */
export function brief(...values: Shown[]): string {
  return values
    .map(value => (typeof value === 'object' ? value.value : value))
    .map(value => (value === undefined || Number.isNaN(value) ? '-' : value.toFixed(2)))
    .join(' / ')
}

export function table(header: readonly string[], rows: readonly (readonly (string | Shown)[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const cell = (value: string | Shown) => (typeof value === 'string' ? value : shown(value))
  return [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(row => line(row.map(cell))), '']
}

export function figureTable(title: string, figures: Record<string, Shown>): string[] {
  return table([title, ''], Object.entries(figures))
}
