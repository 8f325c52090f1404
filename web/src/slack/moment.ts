// A time as Slack's clients write it, in the zone of the one who reads: https://docs.slack.dev/reference/block-kit/block-elements/date-element

const DAY = 86_400_000

/** `timestamp` in seconds. Of Slack's many tokens those that our cards use; any other stays visible. */
export function momentOf({ timestamp, format }: { timestamp: number; format: string }, now = Date.now()): string {
  const at = timestamp * 1000
  return format.replace('{time}', clock(at)).replace('{date_short_pretty}', day(at, now))
}

function clock(at: number): string {
  return new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' }).format(at)
}

function day(at: number, now: number): string {
  const date = (moment: number) => new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(moment)
  if (date(at) === date(now)) return 'Today'
  return date(at) === date(now - DAY) ? 'Yesterday' : date(at)
}
