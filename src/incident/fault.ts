// An error that says whose it is and whether to retry: the seed's MCPError on the wire.

export const FAULT_CODES = [
  'network',
  'authentication',
  'rate_limit',
  'validation',
  'processing',
  'resource',
  'not_found',
  'conflict',
  'forbidden',
  'expired',
] as const
export type FaultCode = (typeof FAULT_CODES)[number]

/** theirs: the caller's or the vendor's to mend; ours: a defect or a lack of this process. */
export type Whose = 'caller' | 'vendor' | 'ours'

export type FaultDetail = {
  whose?: Whose
  retryable?: boolean
  /** Seconds. */
  retryAfter?: number
  details?: Record<string, string | number | boolean>
  cause?: unknown
}

const WHOSE: Record<FaultCode, Whose> = {
  network: 'vendor',
  authentication: 'caller',
  rate_limit: 'vendor',
  validation: 'caller',
  processing: 'ours',
  resource: 'ours',
  not_found: 'caller',
  conflict: 'caller',
  forbidden: 'caller',
  expired: 'caller',
}
const RETRYABLE: readonly FaultCode[] = ['network', 'rate_limit']

/** `message` may reach a model and a chat: never third-party text. The cause, which may hold it, stays in the log. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly whose: Whose
  readonly retryable: boolean
  readonly retryAfter?: number
  readonly details?: Record<string, string | number | boolean>

  constructor(code: FaultCode, message: string, detail: FaultDetail = {}) {
    super(message, { cause: detail.cause })
    this.code = code
    this.whose = detail.whose ?? WHOSE[code]
    this.retryable = detail.retryable ?? RETRYABLE.includes(code)
    this.retryAfter = detail.retryAfter
    this.details = detail.details
  }
}

/** Anything thrown, as a Fault: what is not one already is a defect of ours, and says nothing of its inside. */
export function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown
  return new Fault('processing', 'Something went wrong here; the log of this process has the details.', {
    cause: thrown,
  })
}
