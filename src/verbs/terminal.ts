// How a card is drawn where stdout goes: its width, and colour only on a terminal that wants it.
import type { TextStyle } from '#cards/text.ts'

export const STYLE: TextStyle = {
  width: process.stdout.columns ?? 100,
  colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
}

/** The reader's, where no flag says otherwise. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
