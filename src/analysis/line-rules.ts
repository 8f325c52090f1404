// What a user says of lines before they are compared: what varies in them, and what of them is noise.
import { z } from 'zod'
import { Masks } from './masks.ts'
import { NOISE_KINDS, noiseFilter } from './noise-filter.ts'

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

export type LineRules = {
  /** Undefined: every line stays as it is. */
  masks: Masks | undefined
  /** Undefined: no line is noise. */
  isNoise: ((line: string) => boolean) | undefined
}

export const NO_LINE_RULES: LineRules = { masks: undefined, isNoise: undefined }

/** A mask that cannot be followed in linear time is a Fault `validation`. */
export function openLineRules({ masks, noise }: LineRuleSettings): LineRules {
  const isQuiet = noise.kinds.length === 0 && noise.texts.length === 0
  return { masks: masks.length > 0 ? new Masks(masks) : undefined, isNoise: isQuiet ? undefined : noiseFilter(noise) }
}
