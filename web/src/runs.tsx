// A card's text as text nodes: whatever a source wrote, it is never read as markup.
import type { Run, Text } from '#cards/card.ts'
import { together } from './text.ts'

export function Runs({ text }: { text: Text }) {
  return text.map((run, i) => <One key={i} run={run} />)
}

function One({ run }: { run: Run }) {
  switch (run.kind) {
    case 'words':
    case 'person':
      return <>{together(run.text)}</>
    case 'telemetry':
      return run.quoted ? <q>{run.text}</q> : <>{together(run.text)}</>
    case 'time':
      return <time datetime={new Date(run.at).toISOString()}>{run.text}</time>
    case 'exact':
      return <code>{run.text}</code>
  }
}
