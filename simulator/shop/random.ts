// Seeded chance. Each thing draws from a stream of its own, so that adding one does not change the others.

/** Numbers in [0, 1), always the same for the same seed and name (FNV-1a into mulberry32). */
export function randomOf(seed: number, name: string): () => number {
  let state = 2_166_136_261 ^ seed
  for (let i = 0; i < name.length; i++) state = Math.imul(state ^ name.charCodeAt(i), 16_777_619)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Bell-shaped in (-1, 1) with a standard deviation of 1/3: noise that never makes a spike by itself. */
export function wobble(random: () => number): number {
  return ((random() + random() + random()) * 2) / 3 - 1
}

export function pick<T>(random: () => number, items: readonly [T, ...T[]]): T {
  return items[Math.floor(random() * items.length)] ?? items[0]
}

/** The end of a generated name, as Kubernetes makes it: no vowels, nothing that looks like something else. */
export function nameSuffix(random: () => number): string {
  return characters(random, 'bcdfghjklmnpqrstvwxz2456789', 5)
}

/** pod-template-hash: the digits of a 32-bit number, each written as one of these. */
export function templateHash(random: () => number): string {
  return characters(random, 'bcdf456789', 10)
}

function characters(random: () => number, among: string, count: number): string {
  return Array.from({ length: count }, () => among[Math.floor(random() * among.length)]).join('')
}

export function hex(random: () => number, count: number): string {
  let digits = ''
  while (digits.length < count)
    digits += Math.floor(random() * 0x1000000)
      .toString(16)
      .padStart(6, '0')
  return digits.slice(0, count)
}

export function uuid(random: () => number): string {
  return [8, 4, 4, 4, 12].map(count => hex(random, count)).join('-')
}
