// An action as a gated tool: its dry run answers as the heart's Preview, the write itself as its Outcome.
import { z } from 'zod'
import { oneLine } from '../../one-line.ts'
import { defineWriteTool } from '../../define.ts'
import type { WriteTool } from '../../define.ts'
import { BRIEF } from '../../wire.ts'
import { toolCallSchema } from '../../signal-schema.ts'
import type { Action } from './action.ts'
import { once } from './once.ts'
import type { Writing } from './once.ts'
import { preview } from './preview.ts'

const inverse = z.object(toolCallSchema.shape)
BRIEF.add(inverse, { description: 'the call that takes it back: server, tool, arguments', fields: [] })

const prerequisite = z.object({ what: z.string(), holds: z.boolean().optional(), saw: z.string() })
BRIEF.add(prerequisite, { description: 'what has to hold first', fields: [] })

const former = z.object({ from: z.number(), to: z.number() })
BRIEF.add(former, { description: 'when that version ran', fields: [] })

const output = z.object({
  at: z.number().optional(),
  uid: z.string().optional(),
  generation: z.int().optional(),
  diff: z.array(z.string()).optional(),
  pods: z.int().optional(),
  pdb: z.string().optional(),
  hpa: z.string().optional(),
  owner: z.string().optional(),
  refusals: z.array(z.string()).optional(),
  checked: z.array(prerequisite).optional(),
  former: former.optional(),
  inverse: inverse.optional(),
  result: z.enum(['applied', 'no-op', 'drifted', 'gone', 'rejected']).optional(),
  detail: z.string().optional(),
})

export function guardedWrite<Input extends z.ZodObject>(action: Action<Input>, writing: Writing): WriteTool {
  const { name, title, description, input } = action
  return defineWriteTool({
    name,
    title,
    description,
    input,
    output,
    hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
    dryRun: (given, context) => preview(action, given, context, writing),
    write: (given, context, permit) => once(action, given, context, permit, writing),
    text: ({ result, detail, diff = [], refusals = [] }) =>
      result ? `${result}: ${detail}` : [...diff, ...refusals.map(each => `refused: ${each}`)].map(oneLine).join('\n'),
  })
}
