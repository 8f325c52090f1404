// Hand-made telemetry for tests: a story that holds what it is given and nothing else.
import { emptyRecords, type Millis, type Recording, type RecordOf, type Series } from '../recording.ts'
import type { Story } from '../story.ts'

export type Telling = {
  series?: Series[]
  logs?: RecordOf['grafana/logs'][]
  annotations?: RecordOf['grafana/annotations'][]
  alerts?: RecordOf['grafana/alerts'][]
  dashboards?: Recording['dashboards']
}

export function smallStory(told: Telling, afterCure?: Telling): Story {
  return {
    recording: recordingOf(told),
    afterCure: afterCure && recordingOf(afterCure),
    isCured: () => false,
  }
}

/** A series from its points, [at in seconds, value]. */
export function series(
  metric: string,
  labels: Record<string, string>,
  points: [seconds: number, value: number][],
): Series {
  return {
    metric,
    labels,
    at: Float64Array.from(points, ([seconds]) => seconds * 1000),
    values: Float64Array.from(points, ([, value]) => value),
  }
}

function recordingOf({
  series: all = [],
  logs = [],
  annotations = [],
  alerts = [],
  dashboards = [],
}: Telling): Recording {
  const end: Millis = 3_600_000
  return {
    name: 'small',
    start: 0,
    end,
    series: all,
    dashboards,
    records: { ...emptyRecords(), 'grafana/logs': logs, 'grafana/annotations': annotations, 'grafana/alerts': alerts },
  }
}
