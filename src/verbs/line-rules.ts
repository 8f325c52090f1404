// The rules a user gives to `cluster --rules`: as `analysis.lines` of the configuration, in YAML (or JSON, which is YAML).
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { lineRulesSchema } from '#analysis/lines/line-rule-settings.ts'
import { openLineRules, type LineRules } from '#analysis/lines/line-rules.ts'
import { Fault } from '#incident/fault.ts'

/** A file that cannot be read, or holds something else, is a Fault `validation` that says where. */
export function readLineRules(file: string): LineRules {
  let given: unknown
  try {
    given = parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
    throw new Fault('validation', `${file} cannot be read as YAML: ${reason}`, { cause })
  }
  const { success, data, error } = lineRulesSchema.safeParse(given)
  if (success) return openLineRules(data)
  const [first] = error.issues
  throw new Fault(
    'validation',
    `${file}, ${first?.path.join('.') || 'as a whole'}: ${first?.message ?? 'not rules for lines'}.`,
  )
}
