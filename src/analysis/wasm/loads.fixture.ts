// What a portable source costs, in loads from its memory: the same on any machine.
import './portable.ts'

/** How often the portable sources load from their memory. */
export function loads(work: () => void): number {
  let count = 0
  const before = [i32.load8_u, v128.load] as const
  i32.load8_u = at => {
    count++
    return before[0](at)
  }
  v128.load = (at, offset) => {
    count++
    return before[1](at, offset)
  }
  try {
    work()
  } finally {
    ;[i32.load8_u, v128.load] = before
  }
  return count
}
