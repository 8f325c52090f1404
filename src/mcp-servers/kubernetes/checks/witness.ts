// Who complains: an odd setting is worth little until somebody's log does.
import { keyOf } from '../view.ts'
import type { Reference, View } from '../view.ts'

/** Lines of trouble in the logs of other workloads that speak of `service` by name. */
export function callersComplain(view: View, service: string, of: Reference): boolean {
  return view.logs.some(({ pod, text }) => keyOf(view.ownerOf(pod)) !== keyOf(of) && speaksOf(text, service))
}

/** Lines of trouble in the workload's own log. */
export function ownLines(view: View, of: Reference): View['logs'] {
  const key = keyOf(of)
  return view.logs.filter(({ pod }) => keyOf(view.ownerOf(pod)) === key)
}

/** As a whole name: `cart` is not spoken of in "cartography" nor in "cart-cache". */
function speaksOf(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const before = text[at - 1] ?? ' '
    const after = text[at + name.length] ?? ' '
    if (!/[\w-]/.test(before) && !/[\w-]/.test(after)) return true
  }
  return false
}
