// Whether one name may have been meant by the other: a part of it, or written with a slip or two. Pure.
const FEW_EDITS = 2
const SHORT = 5 // in shorter names two edits change the word

export function isNear(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) >= 3 && (a.includes(b) || b.includes(a))) return true
  return Math.min(a.length, b.length) >= SHORT && editDistance(a, b) <= FEW_EDITS
}

/** Levenshtein. editDistance('kitten', 'sitting') -> 3 */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      next.push(Math.min((row[j - 1] ?? 0) + same, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
