// What a request asks, checked once: its query, its body, the id in its path.
import type { Request } from 'express'
import type { z } from 'zod'
import { Fault } from '#incident/fault.ts'

/** Throws a Fault `validation` that names each field. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`)
  throw new Fault('validation', problems.join('; '))
}

export function idOf(request: Request): string {
  return String(request.params['id'] ?? '')
}
