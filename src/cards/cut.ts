// Text that is too long for where it stands.

/**
 * Ends in an ellipsis where something is missing; never half a character. `most` is in UTF-16 units, which no platform's
 * count exceeds.
 */
export function cutTo(text: string, { most }: { most: number }): string {
  if (text.length <= most) return text
  return `${text
    .slice(0, most - 1)
    .toWellFormed()
    .replace(/\uFFFD$/, '')
    .trimEnd()}…`
}
