import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Action, Message } from '#incident/chat.ts'
import { Fault } from '#incident/fault.ts'
import { SILENT } from '#incident/observe.ts'
import type { Person } from '#incident/remedy.ts'
import type { Respond } from '#incident/respond.ts'
import { opening } from '../../test/contracts/openings.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { createConversation } from './conversation.ts'

const ana: Person = { chat: 'slack', team: 'T', user: 'U1', name: 'Ana' }

async function conversation(respond: Partial<Respond> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'conversation-'))
  const store = openSqliteStore(folder)
  onTestFinished(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  await store.append('INC-1', 0, 1, 'system', [opening('first')])
  const waits: (() => void)[] = []
  const talk = createConversation({
    respond: respond as Respond,
    store,
    health: () => [{ source: 'kubernetes', up: true }],
    everyMillis: 60_000,
    maintenance: () => [],
    clock: () => 0,
    since: 0,
    pause: () => new Promise<void>(resolve => waits.push(resolve)),
    log: SILENT,
  })
  const passTime = () => {
    for (const go of waits.splice(0)) go()
  }
  return { talk, passTime }
}

test.each(['guest', 'bot', 'stranger'] as const)('a %s is refused whatever they want, and told why', async standing => {
  const { talk } = await conversation()
  const wants: Action[] = [{ kind: 'list' }, { kind: 'approve', remedy: 'INC-1-R1' }, { kind: 'ask', question: 'why?' }]
  for (const action of wants) {
    const back = await talk({ by: { ...ana, standing }, action })
    expect(back).toMatchObject({ to: 'them', message: { kind: 'error', text: expect.stringMatching(/^Not done: .+/) } })
  }
})

test('an answer that takes its time is announced; a fast one is not', async () => {
  const { promise, resolve } = Promise.withResolvers<never>()
  const { talk, passTime } = await conversation({ press: () => promise })
  const soon: Message[] = []
  const answer = talk({ by: ana, action: { kind: 'approve', remedy: 'INC-1-R1' } }, message => soon.push(message))
  passTime()
  await Promise.resolve()
  expect(soon).toMatchObject([{ kind: 'error', text: expect.stringContaining('before anything is sent') }])
  resolve({ result: 'done', text: 'Approved by Ana.' } as never)
  expect(await answer).toMatchObject({ to: 'them', message: { kind: 'reply', reply: { result: 'done' } } })
  await talk({ by: ana, action: { kind: 'help' } }, message => soon.push(message))
  passTime()
  await Promise.resolve()
  expect(soon).toHaveLength(1)
})

test('what cannot be done is said, never thrown', async () => {
  const { talk } = await conversation({
    resolve: () => Promise.reject(new Fault('not_found', 'There is no incident INC-9.')),
    declare: () => Promise.reject(new Error('secret of the inside')),
  })
  expect(await talk({ by: ana, action: { kind: 'resolve', incident: 'INC-9' } })).toEqual({
    to: 'them',
    message: { kind: 'error', text: 'There is no incident INC-9.' },
  })
  const declare: Action = { kind: 'declare', title: 'x', severity: 'low', service: 'y' }
  const back = await talk({ by: ana, action: declare })
  expect(JSON.stringify(back)).not.toContain('secret')
})

test('looks answer only the one who looked; answers and post-mortems are for the thread', async () => {
  const answered = { answer: 'Because.', claims: [], unknown: [], model: null }
  const { talk } = await conversation({ ask: async () => answered })
  const kinds = async (action: Action) => {
    const { to, message } = await talk({ by: ana, action })
    return [to, message.kind]
  }
  expect(await kinds({ kind: 'list' })).toEqual(['them', 'list'])
  expect(await kinds({ kind: 'status' })).toEqual(['them', 'status'])
  expect(await kinds({ kind: 'show', incident: 'INC-1' })).toEqual(['them', 'incident'])
  expect(await kinds({ kind: 'ask', question: 'why?', incident: 'INC-1' })).toEqual(['thread', 'answer'])
  expect(await kinds({ kind: 'postmortem', incident: 'INC-1' })).toEqual(['thread', 'postmortem'])
})
