// Rows of an answer's text. What comes from outside may hold line breaks, and would make rows that nobody here wrote.

/** The same in one line, whatever some reader takes for the end of one. */
export function oneLine(row: string): string {
  return row.replace(/[\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
}

/** Each a line of its own, and none of them two. */
export function asRows(rows: readonly string[]): string {
  return rows.map(oneLine).join('\n')
}

/** A text of several lines as rows: `first` and the first of them, the others set in below it, deeper than any row of ours. */
export function setIn(first: string, text: string): string[] {
  return text.split('\n').map((line, nth) => (nth === 0 ? first + line : `    ${line}`))
}
