// Troubles of systems that have nothing to do with each other, at one time: their recordings laid side by side.
import { emptyRecords } from '../simulator/recording.ts'
import type { Recording, RecordKind } from '../simulator/recording.ts'
import { shift } from '../simulator/shift.ts'
import { between } from './variants.ts'

const SPAN = 3_600_000

/** The last hour of each, all ending together. */
export function merged(recordings: readonly [Recording, ...Recording[]]): Recording {
  const [{ end }] = recordings
  const parts = recordings.map(recording => between(shift(recording, end - recording.end), end - SPAN, end))
  const records = emptyRecords()
  for (const kind of Object.keys(records) as RecordKind[]) {
    const rows = parts.flatMap(part => part.records[kind] as { at: number }[]).sort((a, b) => a.at - b.at)
    Object.assign(records, { [kind]: rows })
  }
  return {
    name: 'merged',
    start: end - SPAN,
    end,
    records,
    series: parts.flatMap(part => part.series),
    dashboards: parts.flatMap(part => part.dashboards),
  }
}

type Named = { namespace?: string | undefined; name?: string | undefined; service: string }

/**
 * Which of the recordings an entity is of, by its place; undefined where it is of none or could be of several. Told by the
 * names that stand in the recordings: whole ones first, then names that are part of a longer one.
 */
export function ownerAmong(recordings: readonly Recording[]): (entity: Named) => number | undefined {
  const names = recordings.map(namesIn)
  return ({ namespace, name, service }) => {
    const said = [name, service, namespace].flatMap(text => (text ? text.toLowerCase() : []))
    for (const text of said) {
      const whole = placesOf(names, held => held.has(text))
      if (whole.length === 1) return whole[0]
    }
    for (const text of said) {
      const part = placesOf(names, held => [...held].some(longer => longer.includes(text)))
      if (part.length === 1) return part[0]
    }
    return undefined
  }
}

function placesOf(names: readonly Set<string>[], isHeld: (held: Set<string>) => boolean): number[] {
  return names.flatMap((held, place) => (isHeld(held) ? [place] : []))
}

/** Of labels, dimensions, objects, log groups and streams, in lower case. */
function namesIn({ records, series }: Recording): Set<string> {
  const said = [
    ...series.flatMap(({ labels }) => Object.values(labels)),
    ...records['kubernetes/objects'].flatMap(({ object: { metadata } }) => [metadata.name, metadata.namespace ?? '']),
    ...records['kubernetes/logs'].flatMap(({ namespace, pod }) => [namespace, pod]),
    ...records['cloudwatch/metrics'].flatMap(({ dimensions }) => Object.values(dimensions)),
    ...records['cloudwatch/alarms'].flatMap(({ alarm }) => [alarm.AlarmName, ...dimensionsOf(alarm)]),
    ...records['cloudwatch/logs'].flatMap(({ group, stream }) => [group, stream]),
    ...records['grafana/logs'].flatMap(({ labels }) => Object.values(labels)),
    ...records['grafana/alerts'].flatMap(({ labels }) => Object.values(labels)),
    ...records['grafana/annotations'].flatMap(({ tags }) => tags),
    ...records['sentry/events'].map(({ project }) => project),
  ]
  return new Set(said.filter(text => text !== '').map(text => text.toLowerCase()))
}

function dimensionsOf({ Dimensions }: { [field: string]: unknown }): string[] {
  if (!Array.isArray(Dimensions)) return []
  return Dimensions.flatMap((dimension: unknown) =>
    typeof dimension === 'object' && dimension !== null && 'Value' in dimension ? String(dimension.Value) : [],
  )
}
