// What an API server forgets sooner or later, at will: the version a watch begins at, the list a page belongs to.
import { renewed } from './pages.ts'
import { expiredList, expiredWatch } from './status.ts'

/** A real watch cache says it (kube-apiserver 1.27) within HTTP 200: one line, end. */
export function watchExpired(): string {
  return `${JSON.stringify({ type: 'ERROR', object: expiredWatch(1, 1213) })}\n`
}

/** `path`: with its query. `onward`: with a token that goes on after the last page, over what is there now. */
export function continueExpired(path: string, onward: boolean): string {
  const token = new URL(path, 'http://cluster').searchParams.get('continue') ?? ''
  return JSON.stringify(expiredList(onward ? renewed(token) : undefined).body)
}
