// What one vendor's API is to the listener in front of it (serve.ts): a function of a request whose body is already read.
import type { IncomingMessage, ServerResponse } from 'node:http'

export type VendorApi = {
  /**
   * Answers on `response`; may keep it open (a watch). Contract: never throws and never rejects;
   * what it did not expect is answered with 500 in the vendor's own words.
   */
  handle(request: IncomingMessage, response: ServerResponse, body: string): void | Promise<void>
  /** Ends what is still open: watches, timers. */
  close?(): void
}

export type Vendor = 'kubernetes' | 'sentry' | 'cloudwatch' | 'grafana'
