// What of lines varies, and what of them is noise, as a user said it.
import type { LineRuleSettings } from './line-rule-settings.ts'
import { Masks } from './masks.ts'
import { noiseFilter } from './noise-filter.ts'

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
