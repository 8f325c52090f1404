// An operation of an AWS service: what it takes, checked at the door, and what it answers; and AWS's way of saying no.
import { z } from 'zod'
import { NotSimulated } from '../not-simulated.ts'

export type Operation = (input: unknown) => object

/** `code` is the exception's name as the service's model has it: SDKs make it the error's name. */
export class AwsError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** A parameter that `schema` does not know is not simulated; a wrong value is the caller's error. */
export function operation<Input>(schema: z.ZodType<Input>, answer: (input: Input) => object): Operation {
  return input => {
    const checked = schema.safeParse(input)
    if (checked.success) return answer(checked.data)
    const unknown = checked.error.issues.flatMap(issue => (issue.code === 'unrecognized_keys' ? issue.keys : []))
    if (unknown.length > 0) throw new NotSimulated(`the parameter ${unknown.join(', ')}`)
    throw new AwsError('ValidationException', z.prettifyError(checked.error))
  }
}

/** A timestamp of awsJson: seconds since 1970, with fraction; here in ms. */
export const moment = z.number().transform(seconds => Math.round(seconds * 1000))

/** Page tokens are offsets, as text. */
export function offsetOf(token: string | undefined): number {
  const offset = Number(token ?? 0)
  if (!Number.isInteger(offset) || offset < 0)
    throw new AwsError('InvalidNextToken', `expected a token this API gave, got ${token}`)
  return offset
}
