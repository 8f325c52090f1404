import { expect, test } from 'vitest'
import { checkQuery } from './insights-query.ts'

test.each([
  'fields @timestamp, @message | filter @message like /a|b \\/ c/ | sort @timestamp desc | limit 20',
  "filter @message =~ /x|y/ and level = 'a | b' | stats count(*) by bin(5m)",
  'parse @message /user=(?<user>\\S+)|id/ | display user | dedup user',
  'stats sum(bytes) / 1024 as kb by `a | b`',
  '# an "open quote | in a comment\nfilter a = 1\n| pattern @message',
  `filter @message like${' '.repeat(50)}/a|b/ | filter source = 'x' | stats count(*) by source`,
  `${' '.repeat(200)}# a | comment "\r\nparse @message${' '.repeat(50)}/a|(?<b>c)/ | display b`,
])('%j may be asked', query => {
  expect(() => checkQuery(query)).not.toThrow()
})

test.each([
  ["SOURCE logGroups(namePrefix: ['x']) | limit 1", 'SOURCE is not a command'],
  ['fields unmask(@message)', 'unmask is not allowed'],
  ['fields a / b | SOURCE x / 2', 'SOURCE is not'],
  ['filtre a = 1', 'did you mean filter?'],
  ['fields a | | limit 1', 'a command is missing'],
  [`fields a like${' '.repeat(21)}/x | SOURCE '/other' | filter b / 2`, 'SOURCE is not'],
  ['fields a / b | anomaly c / d', 'anomaly is not a command'],
  [`fields a / b${' '.repeat(30)}| anomaly c / d`, 'anomaly is not a command'],
  [`${' '.repeat(101)}# it's\nfields a | anomaly b`, 'anomaly is not a command'],
  ['fields a # "\n| anomaly b # "', 'cannot be read from character 10 on'],
  ["filter a = 'x\n| anomaly b\n'", 'a text must end in its line'],
  ['filter a = "\\" | SOURCE b "', 'SOURCE is not'],
  ["fields a | join (SOURCE 'x')", 'SOURCE is not'],
  ['filter a = 1\r| anomaly b', 'of blanks and controls'],
  ['filter a = 1 |\u00a0anomaly b', 'of blanks and controls'],
  [`filter a = 1 | ${'x'.repeat(60)}`, 'is not a command'],
])('%j is refused: %s', (query, why) => {
  expect(() => checkQuery(query)).toThrow(why)
})
