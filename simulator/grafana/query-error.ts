// Why a query has no answer, in the terms of Prometheus: bad_data is the asker's text, execution is what the data made of it.
export class QueryError extends Error {
  readonly type: 'bad_data' | 'execution'
  readonly status: 400 | 422

  constructor(type: 'bad_data' | 'execution', message: string) {
    super(message)
    this.name = 'QueryError'
    this.type = type
    this.status = type === 'bad_data' ? 400 : 422
  }
}

export function badQuery(message: string): QueryError {
  return new QueryError('bad_data', message)
}

/** What the real thing would answer and the simulator does not. */
export function notSimulated(what: string): QueryError {
  return new QueryError('bad_data', `not simulated: ${what}`)
}
