// get_signals, the one tool every source has, as far as it is the same everywhere: the window, the pages, the words.
import type { Entity, Reading, Severity, Signal, Source, Window } from '#incident/signal.ts'
import { defineReadTool } from './define.ts'
import type { ReadTool, ToolContext } from './define.ts'
import { oneLine } from './one-line.ts'
import { createPager } from './page.ts'
import { windowOf } from './window.ts'
import { readingSchema, signalsInput } from './signal-schema.ts'
import type { ReadingPage } from './signal-schema.ts'

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

/**
 * One line, however much there is: how many of which kind, whom they are about, what is missing. Whoever wants each reads the
 * structured answer. `7 signals: 2 error (1 high, 1 critical), 5 series; of shop/cart 2`
 */
function asText({ signals, missing, nextCursor }: ReadingPage): string {
  const parts = [
    signals.length === 0
      ? 'nothing in this window'
      : `${signals.length} ${signals.length === 1 ? 'signal' : 'signals'}: ${kindsOf(signals).join(', ')}; of ${servicesOf(signals).join(', ')}`,
    ...missing.map(({ what, why }) => `missing: ${what}: ${why}`),
    ...(nextCursor ? [`more: cursor ${nextCursor}; a shorter window has fewer`] : []),
  ]
  return oneLine(parts.join('; '))
}

/** `2 error (1 high, 1 critical)`, the rarer first. */
function kindsOf(signals: readonly Signal[]): string[] {
  return byCount(signals, ({ kind }) => kind)
    .toReversed()
    .map(([kind, those]) => {
      const grave = byCount(those, ({ severity }) => severity).filter(([severity]) => GRAVE.includes(severity))
      const how = grave.map(([severity, { length }]) => `${length} ${severity}`)
      return `${those.length} ${kind}${how.length > 0 ? ` (${how.join(', ')})` : ''}`
    })
}

const GRAVE: readonly Severity[] = ['medium', 'high', 'critical']

/** Those of the graver signals first; what is normal all over says nothing. */
function servicesOf(signals: readonly Signal[]): string[] {
  const grave = signals.filter(({ severity }) => GRAVE.includes(severity))
  const services = byCount(grave.length > 0 ? grave : signals, ({ entity }) => nameOf(entity))
  const named = services.slice(0, MOST_SERVICES).map(([service, { length }]) => `${service} ${length}`)
  return services.length > MOST_SERVICES ? [...named, `${services.length - MOST_SERVICES} others`] : named
}

const MOST_SERVICES = 8

/** Groups, the largest first. */
function byCount<Key>(signals: readonly Signal[], key: (signal: Signal) => Key): [Key, Signal[]][] {
  return [...Map.groupBy(signals, key)].sort(([, a], [, b]) => b.length - a.length)
}

function nameOf({ namespace, service }: Entity): string {
  return namespace ? `${namespace}/${service}` : service
}
