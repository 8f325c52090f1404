// The name somebody probably meant.

/**
 * The known name with the fewest edits (Levenshtein) from `name`, if those are at most a third of its letters.
 * nearest('namespase', ['name', 'namespace']) -> 'namespace'
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.slice(0, LONGEST_NAME).toLowerCase()
  const [best] = known
    .map(candidate => ({ candidate, edits: distance(wanted, candidate.toLowerCase()) }))
    .toSorted((a, b) => a.edits - b.edits)
  return best && best.edits <= Math.ceil(wanted.length / 3) ? best.candidate : undefined
}

const LONGEST_NAME = 60 // the work grows with the product of both lengths

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (const [line, letter] of [...a].entries()) {
    const next = [line + 1]
    for (const [column, other] of [...b].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
