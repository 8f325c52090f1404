// The last values of something, kept in order of time and in order of size: a quantile is a look, a new value one shift.
// Plain data, so that it travels by structured clone.

export type History = {
  readonly capacity: number
  size: number
  /** Place in `ring` of the next value. */
  next: number
  ring: Float32Array // in order of time, from `next` on once full
  sorted: Float32Array // the first `size` ascending
}

const FIRST_CAPACITY = 16

export function createHistory(capacity: number): History {
  const room = Math.min(capacity, FIRST_CAPACITY)
  return { capacity, size: 0, next: 0, ring: new Float32Array(room), sorted: new Float32Array(room) }
}

/** Takes in a value; the oldest goes once `capacity` are held. O(log n) to find its place, one memory move to make it. */
export function push(history: History, value: number): void {
  if (history.size === history.ring.length && history.size < history.capacity) grow(history)
  const { ring, sorted } = history
  const full = history.size === history.capacity
  const last = full ? history.size - 1 : history.size
  if (full) {
    const gone = placeOf(sorted, history.size, ring[history.next]!)
    sorted.copyWithin(gone, gone + 1, history.size)
  }
  ring[history.next] = value
  const rounded = ring[history.next]! // what Float32 made of it, so that it is found again
  const place = placeOf(sorted, last, rounded)
  sorted.copyWithin(place + 1, place, last)
  sorted[place] = rounded
  history.next = (history.next + 1) % history.capacity
  history.size = last + 1
}

/** Linear between neighbours (type 7); NaN where nothing is held. */
export function quantileOf(history: History, q: number): number {
  if (history.size === 0) return Number.NaN
  const at = q * (history.size - 1)
  const below = Math.floor(at)
  const low = history.sorted[below]!
  const high = history.sorted[Math.min(below + 1, history.size - 1)]!
  return low + (at - below) * (high - low)
}

export function clear(history: History): void {
  history.size = 0
  history.next = 0
}

/** Number of held values below `value`: where it stands among the first `size` sorted ones. */
function placeOf(sorted: Float32Array, size: number, value: number): number {
  let low = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

function grow(history: History): void {
  const room = Math.min(history.capacity, 2 * history.ring.length)
  for (const key of ['ring', 'sorted'] as const) {
    const larger = new Float32Array(room)
    larger.set(history[key])
    history[key] = larger
  }
}
