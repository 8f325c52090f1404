// What a user says of lines before they are compared, as the configuration writes it.
import { z } from 'zod'
import { NOISE_KINDS } from './noise-filter.ts'

export const lineRulesSchema = z.strictObject({
  masks: z
    .array(
      z.strictObject({
        pattern: z.string().min(1),
        replacement: z.string(),
        description: z.string().default(''),
        priority: z.number().default(0),
      }),
    )
    .default([])
    .describe('what a pattern matches is replaced before lines are compared; of several the highest priority wins'),
  noise: z
    .strictObject({
      kinds: z.array(z.enum(NOISE_KINDS)).default([]).describe('lines of these kinds are left out'),
      texts: z.array(z.string().min(1)).max(100).default([]).describe('and lines that hold one of these'),
    })
    .prefault({}),
})

export type LineRuleSettings = z.output<typeof lineRulesSchema>
