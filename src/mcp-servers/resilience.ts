// One place that decides how long to wait for a vendor, whether to ask again, and when to stop asking. Clients throw Faults that know the vendor's status; here they are only obeyed.
import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
} from 'cockatiel'
import type { IRetryBackoffContext } from 'cockatiel'
import { asFault, Fault } from '#incident/fault.ts'
import type { Log, Observe } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'

/** What a room of a vendor is given. `clock` is the data's time; deadlines and breakers keep the machine's. */
export type RoomDeps = { clock: () => Millis; log: Log; observe: Observe; resilience: Resilience }

export type AskOptions = {
  signal: AbortSignal
  /** How often at most the vendor is asked, 1 or more. Default 2. */
  attempts?: number
  /** What is left of the caller's time; never more than 8 s is waited. */
  deadlineMillis?: number
}

export type Resilience = {
  /**
   * `what` names the request in our words ("list pods"). Throws only Faults.
   * `ask` must obey its signal; a promise that does not is left behind at the deadline.
   */
  run<T>(what: string, ask: (signal: AbortSignal) => Promise<T>, options: AskOptions): Promise<T>
}

export type ResilienceOptions = {
  /** The vendor, as metrics and messages name it. */
  name: string
  log: Log
  observe: Observe
  /** 0 up to 1; spreads the retries. */
  random?: () => number
}

// The seed asks for 5 failures and 30 s; SECURITY.md settles the deadline of a source and that a retry is one layer.
const LONGEST_MILLIS = 8000
const FAILURES_TO_OPEN = 5
const HALF_OPEN_MILLIS = 30_000
const FIRST_DELAY_MILLIS = 400 // doubled each time; the mean wait, 200 ms, leaves most of the 8 s to the second answer

export function createResilience(options: ResilienceOptions): Resilience {
  const { name, log, observe, random = Math.random } = options
  const breaker = circuitBreaker(handleWhen(isVendorFailure), {
    halfOpenAfter: HALF_OPEN_MILLIS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  })
  let openedAt = 0
  let notBefore = 0 // what the last 429 asked for

  observe.gauge('breaker_state', 0, { source: name })
  breaker.onStateChange(state => {
    observe.gauge('breaker_state', BREAKER_GAUGE[state], { source: name })
    log.warn({ source: name, breaker: CircuitState[state] }, 'breaker changed')
    if (state === CircuitState.Open) openedAt = Date.now()
  })

  async function ask<T>(what: string, once: (signal: AbortSignal) => Promise<T>, given: AskOptions): Promise<T> {
    const millis = Math.max(1, Math.min(given.deadlineMillis ?? LONGEST_MILLIS, LONGEST_MILLIS))
    const until = Date.now() + millis
    if (Date.now() < notBefore) throw limited(name, notBefore)
    const again = retry(
      handleWhen(error => error instanceof Fault && error.retryable && Date.now() + pause(error) < until),
      {
        maxAttempts: (given.attempts ?? 2) - 1,
        backoff: new DelegateBackoff(({ attempt: nth, result }: IRetryBackoffContext<unknown>) =>
          Math.max(FIRST_DELAY_MILLIS * 2 ** (nth - 1) * random(), 'error' in result ? pause(result.error) : 0),
        ),
      },
    )
    const deadline = timeout(millis, TimeoutStrategy.Aggressive)
    try {
      return await breaker.execute(() =>
        deadline
          .execute(({ signal }) => again.execute(() => attempt(once, signal), signal), given.signal)
          .catch((error: unknown) => {
            throw error instanceof TaskCancelledError ? unanswered(what, millis, given.signal) : asFault(error)
          }),
      )
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw resting(name, openedAt)
      const fault = asFault(error)
      if (fault.code === 'rate_limit' && fault.retryAfter) notBefore = Date.now() + fault.retryAfter * 1000
      throw fault
    }
  }

  function unanswered(what: string, millis: number, signal: AbortSignal): Fault {
    if (signal.aborted) return new Fault('network', `${name}: ${what} was given up.`, { whose: 'caller' })
    return new Fault('network', `${name} did not answer within ${millis / 1000} s: ${what}.`)
  }

  return {
    async run(what, once, given) {
      try {
        return await ask(what, once, given)
      } catch (error) {
        const fault = asFault(error)
        log.warn({ source: name, what, code: fault.code, err: fault.cause ?? fault }, 'vendor request failed')
        throw fault
      }
    },
  }
}

const BREAKER_GAUGE: Record<CircuitState, number> = {
  [CircuitState.Closed]: 0,
  [CircuitState.HalfOpen]: 0.5,
  [CircuitState.Open]: 1,
  [CircuitState.Isolated]: 1,
}

async function attempt<T>(once: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw new TaskCancelledError()
  return once(signal).catch((error: unknown) => {
    throw asFault(error)
  })
}

/** What says that the vendor is ill. A 4xx, a 429 or a caller who left says nothing about that. */
function isVendorFailure(error: unknown): boolean {
  return error instanceof Fault && error.whose === 'vendor' && error.code !== 'rate_limit'
}

function pause(error: unknown): Millis {
  return error instanceof Fault ? (error.retryAfter ?? 0) * 1000 : 0
}

function limited(name: string, notBefore: Millis): Fault {
  const retryAfter = Math.ceil((notBefore - Date.now()) / 1000)
  return new Fault('rate_limit', `${name} asked us to wait another ${retryAfter} s.`, { retryAfter })
}

function resting(name: string, openedAt: Millis): Fault {
  const retryAfter = Math.max(1, Math.ceil((openedAt + HALF_OPEN_MILLIS - Date.now()) / 1000))
  const message = `${name} failed ${FAILURES_TO_OPEN} times in a row; it is asked again in ${retryAfter} s.`
  return new Fault('network', message, { retryAfter })
}
