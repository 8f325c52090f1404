// The part of CloudWatch's metric math that may be asked for, checked before anything is sent. What finds metrics by itself
// (SEARCH, METRICS), trains a model (ANOMALY_DETECTION_BAND) or reads quotas is left out: a request names all that it reads.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
import { Fault } from '#incident/fault.ts'
import { nearest } from '../nearest.ts'

export const LONGEST_EXPRESSION = 500 // AWS takes 2,048 characters

const FUNCTIONS = [
  'ABS',
  'AVG',
  'CEIL',
  'DATAPOINT_COUNT',
  'DIFF',
  'DIFF_TIME',
  'FILL',
  'FIRST',
  'FLOOR',
  'IF',
  'LAST',
  'LOG',
  'LOG10',
  'MAX',
  'MIN',
  'PERIOD',
  'RATE',
  'RUNNING_SUM',
  'STDDEV',
  'SUM',
] as const
const WORDS = ['AND', 'OR', 'REPEAT', 'LINEAR'] // the last two say how FILL fills

const TOKEN = /\s*(\d{1,15}(?:\.\d{1,15})?|[A-Za-z_]\w{0,30}|==|!=|<=|>=|&&|\|\||[-+*/^<>()[\],])/y
const CLOSING: Record<string, string> = { '(': ')', '[': ']' }

/**
 * Throws a Fault `validation` that names the first place that is not of the grammar. Whether operands stand where they
 * must is left to AWS. `metrics`: how many there are, as m1, m2 and so on; one of them at least must be used.
 * checkExpression('100 * m2 / FILL(m1, 0)', 2)
 */
export function checkExpression(expression: string, metrics: number): void {
  const open: string[] = []
  const used = new Set<string>()
  TOKEN.lastIndex = 0
  while (expression.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex
    const [, token] = TOKEN.exec(expression) ?? []
    if (token === undefined) throw refusal(`it cannot be read at character ${at + 1}`)
    const closes = CLOSING[token]
    if (closes) open.push(closes)
    else if (token === ')' || token === ']') {
      if (open.pop() !== token) throw refusal(`nothing is open that ${token} at character ${TOKEN.lastIndex} closes`)
    } else if (/^[A-Za-z_]/.test(token)) {
      if (isMetric(token, metrics)) used.add(token)
      else checkWord(token, expression[TOKEN.lastIndex] === '(', metrics)
    }
  }
  if (open.length > 0) throw refusal(`${open.at(-1)} is missing at its end`)
  if (used.size === 0) throw refusal('it uses no metric; the first is m1')
}

function isMetric(word: string, metrics: number): boolean {
  const [, number] = /^m(\d{1,2})$/.exec(word) ?? []
  return number !== undefined && Number(number) >= 1 && Number(number) <= metrics
}

function checkWord(word: string, called: boolean, metrics: number): void {
  const known: readonly string[] = called ? FUNCTIONS : WORDS
  if (known.includes(word)) return
  const meant = nearest(word, called ? FUNCTIONS : [...WORDS, ...FUNCTIONS])
  const there = called ? `functions are ${FUNCTIONS.join(', ')}` : `metrics are m1 to m${metrics}`
  throw refusal(`${JSON.stringify(word)} is not known; ${meant ? `did you mean ${meant}?` : there}`)
}

function refusal(why: string): Fault {
  return new Fault('validation', `expression: ${why}.`)
}
