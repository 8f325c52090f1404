// What an exit code says in words. Above 128 it is the signal that ended the process: signal(7).
const WORDS: Record<number, string> = {
  0: 'it is done, and nothing keeps it running',
  126: 'the command may not be executed',
  127: 'the command is not in the image',
  134: 'it aborted itself',
  136: 'it divided by zero',
  137: 'it was killed',
  139: 'it touched memory that is not its own',
  143: 'it was asked to stop',
}

/** `137 (it was killed)`; of a program's own codes only the number, as each means something else by them. */
export function sayExit(code: number): string {
  const words = WORDS[code]
  return words ? `${code} (${words})` : String(code)
}
