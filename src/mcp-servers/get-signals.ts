// get_signals, the one tool every source has, as far as it is the same everywhere: the window, the pages, the words.
import type { Entity, Reading, Signal, Source, Window } from '#incident/signal.ts'
import { defineReadTool } from './define.ts'
import type { ReadTool, ToolContext } from './define.ts'
import { asRows } from './one-line.ts'
import { createPager } from './page.ts'
import { windowOf } from './window.ts'
import { readingSchema, signalsInput } from './wire.ts'
import type { ReadingPage } from './wire.ts'

/** `covers` ends the sentence "What <source> saw in a window: ". One pager for each tool, as long as it lives. */
export function getSignalsTool(
  source: Source,
  covers: string,
  read: (window: Window, context: ToolContext) => Promise<Reading>,
): ReadTool {
  const pager = createPager()
  return defineReadTool({
    name: 'get_signals',
    title: `Signals of ${source}`,
    description:
      `What ${source} saw in a window: ${covers}. Same occurrence, same id. ` +
      'What could not be read is in `missing`. Use it to learn what is abnormal or has changed; pages by cursor.',
    input: signalsInput,
    output: readingSchema,
    text: asText,
    run: (input, context) => pager.page(input, () => read(windowOf(input, context.now()), context)),
  })
}

function asText(page: ReadingPage): string {
  const lines = page.signals.map(lineOf)
  for (const { what, why } of page.missing) lines.push(`missing: ${what}: ${why}`)
  if (page.nextCursor) lines.push(`more: cursor ${page.nextCursor}; a shorter window has fewer`)
  return lines.length > 0 ? asRows(lines) : 'nothing in this window'
}

/** `2026-11-03T14:02:00.000Z high error cart: TypeError in checkout (x3) [sentry:issue:7@...]` */
function lineOf(signal: Signal): string {
  return `${new Date(signal.at).toISOString()} ${signal.severity} ${signal.kind} ${nameOf(signal.entity)}: ${said(signal)} [${signal.id}]`
}

function said(signal: Signal): string {
  switch (signal.kind) {
    case 'series':
      return `${signal.metric} = ${signal.points.at(-1)?.[1] ?? 'no point'} ${signal.unit} (${signal.points.length} points)`
    case 'alarm':
      return `${signal.active ? 'active' : 'ended'}, ${beginningOf(signal.text)}`
    case 'state':
      return `${signal.fault}, ${beginningOf(signal.text)}`
    case 'change':
      return `${signal.change.what}, ${beginningOf(signal.text)}`
    case 'log':
    case 'error':
    case 'event':
      return `${beginningOf(signal.text)} (x${signal.count})`
  }
}

function nameOf({ namespace, service }: Entity): string {
  return namespace ? `${namespace}/${service}` : service
}

function beginningOf(text: string): string {
  const [line = ''] = text.split('\n', 1)
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}
