import { expect, test } from 'vitest'
import { checkQuery } from './insights-query.ts'

test.each([
  'fields @timestamp, @message | filter @message like /a|b \\/ c/ | sort @timestamp desc | limit 20',
  "filter @message =~ /x|y/ and level = 'a | b' | stats count(*) by bin(5m)",
  'parse @message /user=(?<user>\\S+)|id/ | display user | dedup user',
  'stats sum(bytes) / 1024 as kb by `a | b`',
  '# an "open quote | in a comment\nfilter a = 1\n| pattern @message',
])('%s may be asked', query => {
  expect(() => checkQuery(query)).not.toThrow()
})

test.each([
  ["SOURCE logGroups(namePrefix: ['x']) | limit 1", 'SOURCE is not a command'],
  ['fields unmask(@message)', 'unmask is not allowed'],
  ['fields a / b | SOURCE x / 2', 'SOURCE is not'],
  ['filtre a = 1', 'did you mean filter?'],
  ['fields a | | limit 1', 'a command is missing'],
])('%s is refused: %s', (query, why) => {
  expect(() => checkQuery(query)).toThrow(why)
})
