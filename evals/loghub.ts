// Log clustering against the event ids of labelled systems: the message column, and the raw line where that is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { adjustedRandIndex, groupingAccuracy, normalisedMutualInformation, pairwiseScores } from '#analysis/evaluate.ts'
import { clusterLines } from '#analysis/lines/templates.ts'
import { mean } from './measures.ts'

export type LoghubRow = {
  system: string
  input: 'content' | 'raw'
  ari: number
  pairF1: number
  ga: number
  nmi: number
}

export function loghub(folder: string): LoghubRow[] {
  const systems = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory())
  return systems
    .map(({ name }) => name)
    .sort()
    .flatMap(system => scoreSystem(join(folder, system), system))
}

function scoreSystem(folder: string, system: string): LoghubRow[] {
  const file = readdirSync(folder).find(name => name.endsWith('_structured.csv'))
  if (!file) return []
  const [header = [], ...rows] = parseCsv(readFileSync(join(folder, file), 'utf8'))
  const column = (name: string) => rows.map(row => row[header.indexOf(name)] ?? '')
  const truth = column('EventId')
  const content = column('Content').map(text => text.replaceAll('\n', ' '))
  const scored = [scoreLines(system, 'content', content, truth)]
  const raw = join(folder, file.replace(/_structured\.csv$/, ''))
  if (existsSync(raw)) {
    const lines = readFileSync(raw, 'utf8').replace(/\n+$/, '').split('\n')
    const whole = lines.map(line => line.replace(/\r+$/, ''))
    if (whole.length === truth.length) scored.push(scoreLines(system, 'raw', whole, truth))
  }
  return scored
}

function scoreLines(system: string, input: LoghubRow['input'], lines: string[], truth: string[]): LoghubRow {
  const { templateOf } = clusterLines(lines)
  const found = lines.map((_, index) => templateOf(index)?.id ?? '')
  return {
    system,
    input,
    ari: adjustedRandIndex(truth, found),
    pairF1: pairwiseScores(truth, found).f1,
    ga: groupingAccuracy(truth, found),
    nmi: normalisedMutualInformation(truth, found),
  }
}

export function meanRow(rows: readonly LoghubRow[], input: LoghubRow['input']): LoghubRow {
  const of = rows.filter(row => row.input === input)
  const average = (key: 'ari' | 'pairF1' | 'ga' | 'nmi') => mean(of.map(row => row[key]))
  return {
    system: 'mean',
    input,
    ari: average('ari'),
    pairF1: average('pairF1'),
    ga: average('ga'),
    nmi: average('nmi'),
  }
}

/** RFC 4180: quoted fields may hold commas, doubled quotes and line ends. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let field = ''
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (quoted) {
      if (character !== '"') field += character
      else if (text[at + 1] === '"') field += text[at++]
      else quoted = false
    } else if (character === '"') quoted = true
    else if (character === ',') {
      row.push(field)
      field = ''
    } else if (character === '\n') {
      rows.push([...row, field.replace(/\r$/, '')])
      row = []
      field = ''
    } else field += character
  }
  if (field !== '' || row.length > 0) rows.push([...row, field])
  return rows
}
