import { expect, test } from 'vitest'
import { investigation, parseCommand, parseMention } from './command.ts'

test.each([
  ['list', { action: { kind: 'list' } }],
  ['', { action: { kind: 'help' } }],
  ['show inc-42', { action: { kind: 'show', incident: 'INC-42' } }],
  ['ack', { action: { kind: 'acknowledge', incident: 'INC-7' } }],
  ['RESOLVE INC-42', { action: { kind: 'resolve', incident: 'INC-42' } }],
  ['mute 30m', { action: { kind: 'mute', millis: 1_800_000, incident: 'INC-7' } }],
  ['mute 2h checkout', { action: { kind: 'mute', millis: 7_200_000, service: 'checkout' } }],
  ['ask what changed?', { action: { kind: 'ask', question: 'what changed?', incident: 'INC-7' } }],
  ['merge INC-40', { action: { kind: 'merge', incident: 'INC-7', into: 'INC-40' } }],
  ['merge INC-41 INC-40', { action: { kind: 'merge', incident: 'INC-41', into: 'INC-40' } }],
  ['merge', { form: 'merge', about: 'INC-7' }],
  ['split', { form: 'split', about: 'INC-7' }],
  ['declare', { form: 'declare', about: '' }],
  ['look', { action: { kind: 'look', incident: 'INC-7' } }],
  ['unmute', { action: { kind: 'unmute', incident: 'INC-7' } }],
  ['unmute checkout', { action: { kind: 'unmute', service: 'checkout' } }],
  ['known', { form: 'known', about: 'INC-7' }],
  ['unknown inc-8', { action: { kind: 'unknown', incident: 'INC-8' } }],
  ['feedback noise', { action: { kind: 'feedback', incident: 'INC-7', helpful: false, why: 'not an incident' } }],
  ['feedback helpful INC-8', { action: { kind: 'feedback', incident: 'INC-8', helpful: true } }],
  ['raise', { action: { kind: 'raise', incident: 'INC-7' } }],
  ['settings', { action: { kind: 'settings' } }],
])('in the thread of INC-7: %j', (text, command) => {
  expect(parseCommand(text, 'INC-7')).toEqual(command)
})

test.each([
  ['show', /Which incident/],
  ['show 42', /INC-42, got “42”/],
  ['mute soon', /For how long.*“soon”/],
  ['mute 900d checkout', /at most 7d/],
  ['mute 30m', /Mute what/],
  ['feedback great', /How was it.*“great”/],
  ['frobnicate', /no command “frobnicate”.*list, status/],
  ['constructor', /no command/],
])('outside a thread, what is missing is said: %j', (text, problem) => {
  expect(parseCommand(text)).toEqual({ problem: expect.stringMatching(problem) })
})

test.each([
  ['status', { action: { kind: 'status' } }],
  ['why do you think so?', { action: { kind: 'ask', question: 'why do you think so?' } }],
  ['list all that changed since noon', { action: { kind: 'ask', question: 'list all that changed since noon' } }],
  ['show me?', { action: { kind: 'ask', question: 'show me?' } }],
])('said to the bot, what is no command is a question: %j', (text, command) => {
  expect(parseMention(text)).toEqual(command)
})

test('“Investigate this” asks what is behind the words of a message, at most 2,000 characters', () => {
  const question = 'What is behind this? checkout is slow'
  expect(investigation(' checkout is slow\n')).toEqual({ action: { kind: 'ask', question } })
  expect(investigation('checkout is slow', 'INC-7')).toEqual({ action: { kind: 'ask', question, incident: 'INC-7' } })
  expect(investigation('x'.repeat(9_000))).toMatchObject({ action: { question: expect.stringMatching(/^.{2000}$/) } })
  expect(investigation(' ')).toEqual({ problem: expect.stringContaining('no words') })
})
