// What a caller sent, checked once against a tool's or prompt's schema; a refusal names what was probably meant.
import type { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import { nearest } from './nearest.ts'

/** Throws a Fault `validation` that says of at most five arguments what was expected. */
export function parseArguments(input: z.ZodObject, given: unknown): Record<string, unknown> {
  const parsed = input.safeParse(given)
  if (parsed.success) return parsed.data
  const known = Object.keys(input.shape)
  throw new Fault(
    'validation',
    parsed.error.issues
      .slice(0, 5)
      .map(issue => problem(issue, known))
      .join(' '),
  )
}

function problem(issue: z.core.$ZodIssue, known: string[]): string {
  if (issue.code !== 'unrecognized_keys') return `${issue.path.join('.') || 'arguments'}: ${issue.message}.`
  return issue.keys
    .slice(0, 5)
    .map(key => {
      const meant = nearest(key, known)
      return `Unknown argument ${JSON.stringify(key.slice(0, 60))}; ${meant ? `did you mean ${meant}?` : `known are ${known.join(', ') || 'none'}.`}`
    })
    .join(' ')
}

/** For a tool or prompt that is not there. */
export function unknownName(what: 'tool' | 'prompt', name: string, known: string[]): string {
  const meant = nearest(name, known)
  return `There is no ${what} ${JSON.stringify(name.slice(0, 60))}${meant ? `; did you mean ${meant}?` : `. There are: ${known.join(', ')}.`}`
}
