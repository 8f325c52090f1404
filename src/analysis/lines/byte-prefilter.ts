// Which three bytes may begin a match, as tables that answer for sixteen places at a time: the way of Hyperscan's Teddy
// (Wang et al., Hyperscan: A Fast Multi-pattern Regex Matcher for Modern CPUs, NSDI 2019), fed from an automaton. It may say
// yes where nothing matches, never no where something does.
import { ENTRY_BYTES, NO_PATTERN, type Automaton } from './byte-automaton.ts'

const BYTES = 3

/** A bit of a byte for each group. */
const MOST_GROUPS = 8

/** A set of bytes by their halves, each a flag of 16: with two bytes it holds what they would be with halves exchanged. */
type Halves = { low: number; high: number }

/** Byte sets, one behind the other, that begin some matches. */
type Group = readonly Halves[]

/**
 * For each of the three bytes two tables of 16: a byte may be there for those groups whose bits are set in both, at its low
 * and at its high half. A match may begin where that leaves a group for all three.
 */
export function prefilterOf(automaton: Automaton, start: number): Uint8Array {
  const tables = new Uint8Array(BYTES * 32)
  for (const [i, group] of atMost(MOST_GROUPS, groupsOf(automaton, start)).entries()) {
    for (const [byte, { low, high }] of group.entries()) {
      for (let half = 0; half < 16; half++) {
        tables[byte * 32 + half]! |= ((low >> half) & 1) << i
        tables[byte * 32 + 16 + half]! |= ((high >> half) & 1) << i
      }
    }
  }
  return tables
}

/** First bytes after which the same may follow make a group. */
function groupsOf({ table, columnOf }: Automaton, start: number): Group[] {
  const columns = [...new Set(columnOf)]
  const samples = columns.map(column => columnOf.indexOf(column))
  const step = (place: number, byte: number) => table[(place + columnOf[byte]!) / ENTRY_BYTES]!
  const isEnd = (place: number) => table[place / ENTRY_BYTES] !== NO_PATTERN
  /** Bytes that go on from one of the places, by class; any byte may follow where one is an end. */
  const follow = (places: readonly number[]): boolean[] =>
    samples.map(byte => places.some(place => isEnd(place) || step(place, byte) !== 0))
  const groups = new Map<string, boolean[][]>()
  for (const [of, byte] of samples.entries()) {
    const place = step(start, byte)
    if (place === 0) continue
    const second = follow([place])
    const places = new Set(samples.map(next => step(place, next)).filter(next => next !== 0))
    const third = isEnd(place) ? second : follow([...places])
    const key = JSON.stringify([second, third])
    const known = groups.get(key)
    if (known) known[0]![of] = true
    else groups.set(key, [samples.map(other => other === byte), second, third])
  }
  return [...groups.values()].map(sets => sets.map(set => halvesOf(columnOf, columns, set)))
}

function halvesOf(columnOf: Uint16Array, columns: readonly number[], set: readonly boolean[]): Halves {
  let [low, high] = [0, 0]
  for (const [byte, column] of columnOf.entries()) {
    if (!set[columns.indexOf(column)]) continue
    low |= 1 << (byte & 15)
    high |= 1 << (byte >> 4)
  }
  return { low, high }
}

/** Joins again and again the two groups that together let through the fewest triples more than they do apart. */
function atMost(most: number, groups: readonly Group[]): Group[] {
  const left = [...groups]
  while (left.length > most) {
    let least = Infinity
    let pair: [number, number] = [0, 1]
    for (const [i, a] of left.entries()) {
      for (let j = i + 1; j < left.length; j++) {
        const more = sizeOf(joined(a, left[j]!)) - sizeOf(a) - sizeOf(left[j]!)
        if (more < least) [least, pair] = [more, [i, j]]
      }
    }
    const [b] = left.splice(pair[1], 1)
    left[pair[0]] = joined(left[pair[0]]!, b!)
  }
  return left
}

function joined(a: Group, b: Group): Group {
  return a.map(({ low, high }, i) => ({ low: low | b[i]!.low, high: high | b[i]!.high }))
}

/** How many triples of bytes it lets through. */
function sizeOf(group: Group): number {
  return group.reduce((size, { low, high }) => size * bitsOf(low) * bitsOf(high), 1)
}

function bitsOf(flags: number): number {
  let count = 0
  for (let rest = flags; rest !== 0; rest &= rest - 1) count++
  return count
}
