// The cases, by seeds that were written down before anything was measured: single faults, two to four at once apart and within one
// graph of calls, one with every rule firing, and days on which nothing is wrong.
import { randomOf } from '../../simulator/shop/random.ts'
import type { Millis } from '../../simulator/recording.ts'
import { applications } from './applications.ts'
import type { Application, Part } from './application.ts'
import { isInCluster } from './application.ts'
import type { Fault } from './fault.ts'
import { faults } from './faults/index.ts'
import type { CaseSet, SyntheticCase } from './incident.ts'
import { MINUTE } from './propagate.ts'
import { tell } from './tell.ts'
import type { Plan } from './tell.ts'
import type { Strike } from './truth.ts'

const SEEDS: Record<CaseSet, readonly number[]> = {
  single: range(101, 139),
  within: range(201, 216),
  apart: range(301, 312),
  flood: range(401, 404),
  quiet: range(501, 508),
}

/** A Tuesday morning. */
const MOMENT = Date.parse('2026-04-14T08:00:00Z')
/** Normal life before the first fault: longer than detectors are blind. */
const HISTORY = 45 * MINUTE
const AFTERWARDS = 10 * MINUTE
const APART_AT_MOST = 4 * MINUTE

/** Made one by one as they are asked for, the same every time. */
export function* syntheticCases(
  sets: readonly CaseSet[] = ['single', 'within', 'apart', 'flood', 'quiet'],
): Generator<SyntheticCase> {
  for (const set of sets) for (const seed of SEEDS[set]) yield tell(planOf(set, seed))
}

export const CASES = Object.values(SEEDS).flat().length

export function planOf(set: CaseSet, seed: number): Plan {
  const random = randomOf(seed, set)
  const start = MOMENT + seed * 97 * MINUTE
  const first = start + HISTORY + Math.floor(10 * random()) * MINUTE
  const moment = (i: number) => first + (i === 0 ? 0 : Math.floor(random() * (APART_AT_MOST / 30_000 + 1)) * 30_000)
  const chosen = strikesOf(set, seed, random, moment)
  const ends = chosen.flatMap(({ strikes }) => strikes.map(({ until }) => until))
  const end = Math.max(first + 15 * MINUTE, ...ends) + AFTERWARDS
  return {
    name: `${set}-${seed}`,
    set,
    seed,
    start,
    end,
    applications: chosen.map(({ app, strikes }) => ({
      app,
      strikes,
      harmless: harmlessIn(app, strikes, set, first, random),
    })),
  }
}

type Chosen = { app: Application; strikes: Strike[] }

function strikesOf(set: CaseSet, seed: number, random: () => number, moment: (i: number) => Millis): Chosen[] {
  const nth = seed % 100
  const app = applications[nth % applications.length]!
  switch (set) {
    case 'single': {
      // Each kind three times, in whichever application it can strike.
      const fault = faults[(nth - 1) % faults.length]!
      const able = applications.filter(one => one.parts.some(part => fault.strikes(one, part)))
      const where = able[Math.floor(random() * able.length)]!
      return [{ app: where, strikes: [strikeOf(where, fault, moment(0), random, [])] }]
    }
    case 'within': {
      const count = nth % 4 === 0 ? 3 : 2
      return [{ app, strikes: several(app, count, random, moment) }]
    }
    case 'apart': {
      const count = nth % 6 === 0 ? 4 : nth % 3 === 0 ? 3 : 2
      return Array.from({ length: count }, (_, i) => {
        const one = applications[(nth + i) % applications.length]!
        return { app: one, strikes: [strikeOf(one, pick(faultsFor(one), random), moment(i), random, [])] }
      })
    }
    case 'flood': {
      const everything = { ...app, alerts: app.parts.filter(isInCluster).map(({ name }) => name) }
      return [
        {
          app: everything,
          strikes: [strikeOf(everything, pick(faultsFor(app).filter(isLoud), random), moment(0), random, [])],
        },
      ]
    }
    case 'quiet':
      return [{ app, strikes: [] }]
  }
}

const isLoud = ({ name }: Fault): boolean => !/drift|leak|stuck/.test(name)

function faultsFor(app: Application): Fault[] {
  return faults.filter(fault => app.parts.some(part => fault.strikes(app, part)))
}

/** Different parts and different kinds; not of nodes, which reach into every part there. */
function several(app: Application, count: number, random: () => number, moment: (i: number) => Millis): Strike[] {
  const strikes: Strike[] = []
  while (strikes.length < count) {
    const taken = strikes.map(({ part }) => part)
    const able = faultsFor(app).filter(
      fault =>
        !/node/.test(fault.name) &&
        strikes.every(strike => strike.fault !== fault) &&
        app.parts.some(part => fault.strikes(app, part) && !taken.includes(part.name)),
    )
    strikes.push(strikeOf(app, pick(able, random), moment(strikes.length), random, taken))
  }
  return strikes
}

function strikeOf(
  app: Application,
  fault: Fault,
  from: Millis,
  random: () => number,
  taken: readonly string[],
): Strike {
  const able = app.parts.filter(part => fault.strikes(app, part) && !taken.includes(part.name))
  return { fault, part: pick<Part>(able, random).name, from, until: from + fault.lasts }
}

/** In every second case somebody rolls out something else that goes well, not long before; on quiet days twice. */
function harmlessIn(app: Application, strikes: readonly Strike[], set: CaseSet, first: Millis, random: () => number) {
  const able = app.parts.filter(({ name, kind }) => kind === 'Deployment' && !strikes.some(({ part }) => part === name))
  const count = set === 'quiet' ? 2 : random() < 0.5 ? 1 : 0
  const chosen = able.map(part => ({ part, draw: random() }))
  return chosen
    .toSorted((a, b) => a.draw - b.draw)
    .slice(0, count)
    .map(({ part }) => ({ part: part.name, at: first - Math.floor(2 + 12 * random()) * MINUTE }))
}

function pick<T>(from: readonly T[], random: () => number): T {
  const chosen = from[Math.floor(random() * from.length)]
  if (chosen === undefined) throw new Error('expected something to choose from')
  return chosen
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}
