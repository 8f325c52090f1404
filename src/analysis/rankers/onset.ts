// When a trouble began: where its series left the usual, which is earlier than any alarm says.
import type { Millis } from '#incident/signal.ts'
import type { Symptom } from '../symptom.ts'
import type { GroupState, Learnt } from '../learnt.ts'
import type { Trouble } from '../trouble.ts'
import { traceOf } from './trace.ts'

/** First bad step: of the groups that show it, and of the series that an alarm guards. */
export function onsetOf(learnt: Learnt, trouble: Trouble, symptoms: readonly Symptom[]): Millis {
  const together = symptoms.filter(({ id }) => trouble.reasons.includes(id))
  const times = together.map(symptom => {
    const alarm = symptom.kind === 'alarm' ? learnt.signals.get(symptom.signals[0]!) : undefined
    const guarded = alarm?.kind === 'alarm' && alarm.watches ? learnt.series.get(alarm.watches) : undefined
    const group = guarded && learnt.groups.get(guarded.group)
    return group ? firstBad(learnt, group, symptom.since) : symptom.since
  })
  return Math.min(trouble.onset, ...times)
}

const BAD = 2 // scales
const LONGEST_BEFORE = 6 // steps

/** Walks back from an alarm to where its series left the usual: alarms wait, and stamps are starts of periods. */
function firstBad(learnt: Learnt, group: GroupState, alarmedAt: Millis): Millis {
  const trace = traceOf(learnt, group, alarmedAt - LONGEST_BEFORE * group.step)
  if (!trace) return alarmedAt
  let place = trace.times.findLastIndex(time => time <= alarmedAt)
  if (place > 0 && !(trace.scaled[place]! >= BAD)) place--
  if (place < 0 || !(trace.scaled[place]! >= BAD)) return alarmedAt
  while (place > 0 && trace.scaled[place - 1]! >= BAD) place--
  return trace.times[place]!
}
