// What Sentry refuses by itself: a status and its own words.

export class Refused extends Error {
  readonly status: 400 | 403

  constructor(status: 400 | 403, detail: string) {
    super(detail)
    this.status = status
  }
}
