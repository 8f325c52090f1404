// The rules a user gives to `cluster --rules`: a list in YAML (or JSON, which is YAML).
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { MaskRule } from '#analysis/masks.ts'
import { Fault } from '#incident/fault.ts'

const rulesSchema = z.array(
  z.strictObject({
    pattern: z.string().min(1),
    replacement: z.string(),
    description: z.string().default(''),
    priority: z.number().default(0),
  }),
)

/** A file that cannot be read, or holds something else, is a Fault `validation` that says where. */
export function readMaskRules(file: string): MaskRule[] {
  let given: unknown
  try {
    given = parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
    throw new Fault('validation', `${file} cannot be read as YAML: ${reason}`, { cause })
  }
  const { success, data, error } = rulesSchema.safeParse(given)
  if (success) return data
  const [first] = error.issues
  throw new Fault(
    'validation',
    `${file}, ${first?.path.join('.') || 'as a whole'}: ${first?.message ?? 'not a list of rules'}.`,
  )
}
