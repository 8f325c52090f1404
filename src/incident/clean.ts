// What cannot be seen, or would move what can be seen, is taken out of text from outside. Escaping for a platform is the cards' business.

/** In UTF-16 units. No pattern ever sees more: vendors send lines of up to 1 MB. */
export const LONGEST_TEXT = 8192

/**
 * Without terminal escapes, control, bidirectional, invisible, tag and private-use characters and lone surrogates; new
 * lines and tabs stay. At most LONGEST_TEXT long, then ending in an ellipsis. Linear; clean(clean(x)) = clean(x).
 * clean('a\u202Eb\u001B[31mc') -> 'abc'
 */
export function clean(text: string): string {
  const short = cut(text)
  if (PLAIN.test(short)) return short
  return short
    .toWellFormed()
    .replace(TERMINAL_ESCAPE, '')
    .replace(LINE_END, '\n')
    .replace(UNSEEN, character => (character === '\n' || character === '\t' ? character : ''))
}

export function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text
}

const PLAIN = /^[\x20-\x7e\n\t]*$/

// ECMA-48: CSI (colours, cursor), OSC (titles, links) with its end where it has one, and the two-character ones.
const TERMINAL_ESCAPE =
  /(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]{0,2048}(?:\x07|\x1b\\|\x9c)?|\x1b[ -~]/g

const LINE_END = /\r\n?|[\u0085\u2028\u2029]/g

// Cc control; Cf format: bidi, zero width, soft hyphen, tags; DI: fillers, joiners, variation selectors; Co private use.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Co}]/gu
