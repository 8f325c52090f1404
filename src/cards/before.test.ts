import { expect, test } from 'vitest'
import type { Like } from '#incident/liken.ts'
import { ana, at, incidentAfter, minute, reader, restart } from './fixtures/checkout.ts'
import { plain } from './card.ts'
import { before } from './before.ts'
import { offered } from './offered.ts'

const like: Like = {
  incident: 'INC-12',
  openedAt: at(8) - 3 * 24 * 60 * minute,
  likeness: 0.8,
  shared: ['cause checkout'],
  isSame: true,
  lastedMillis: 9 * minute,
  closedByPerson: false,
  helped: { type: 'restart', title: restart.title, target: restart.target, afterMillis: 4 * minute },
}

function liked(more: Partial<Like> = {}) {
  return incidentAfter([[7, 'system', { type: 'likened', like: { ...like, ...more } }]])
}

test('how the one before ended: by what helped, by a person, or by itself', () => {
  expect(plain(before(liked(), reader))).toBe('like INC-12, 3 d ago: restarted checkout, recovered in 4 min')
  const { helped: _helped, ...unhelped } = like
  const incident = { ...liked(), like: unhelped }
  expect(plain(before(incident, reader))).toBe('like INC-12, 3 d ago: recovered by itself after 9 min')
  expect(plain(before({ ...incident, like: { ...unhelped, closedByPerson: true } }, reader))).toContain('by a person')
  expect(before(incidentAfter(), reader)).toEqual([])
})

test('what helped against the same fault of the same object is offered first; of what is only alike, nothing changes', () => {
  const types = (incident: ReturnType<typeof liked>) => offered(incident).map(({ type }) => type)
  expect(types(liked())).toEqual(['restart', 'rollback'])
  expect(types(liked({ isSame: false }))).toEqual(['rollback', 'restart'])
  expect(liked().confidence).toBe(incidentAfter([[7, ana, { type: 'acknowledged' }]]).confidence)
})
