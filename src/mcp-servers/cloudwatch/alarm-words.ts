// What an alarm says, as people read it: AWS writes the reason of a threshold for machines.
import type { Alarm } from './schema.ts'

/**
 * alarmWords({ MetricName: 'Errors', StateReason: 'Threshold Crossed: 3 out of the last 5 datapoints [9.0 (...)] were greater
 * than the threshold (5.0).' }) -> 'Errors above 5 in 3 of 5 datapoints'. A reason in any other words stays as it is.
 */
export function alarmWords({ MetricName, StateReason, AlarmDescription }: Alarm): string {
  const reason = StateReason || (AlarmDescription ?? '')
  const [, among, datapoints, beside, orEqual, threshold] = CROSSED.exec(reason) ?? []
  const [crossed, all] = among === undefined ? [datapoints, undefined] : [among, datapoints]
  if (crossed === undefined || beside === undefined) return reason
  const side = `${orEqual ? 'at or ' : ''}${beside === 'greater' ? 'above' : 'below'}`
  const share =
    all === undefined ? `${crossed} datapoint${crossed === '1' ? '' : 's'}` : `${crossed} of ${all} datapoints`
  return `${MetricName ?? 'what it measures'} ${side} ${Number(threshold)} in ${share}`
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html has examples. */
const CROSSED =
  /^Threshold Crossed: (?:(\d{1,4}) out of the last )?(\d{1,4}) datapoints? (?:\[[^\]]{0,2000}\] )?(?:was|were) (greater|less) than (or equal to )?the threshold \((-?\d{1,20}(?:\.\d{1,20})?(?:E-?\d{1,3})?)\)/
