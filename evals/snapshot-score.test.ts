import { expect, test } from 'vitest'
import { snapshotPart } from './snapshot-part.ts'
import { scoreSnapshots } from './snapshot-score.ts'
import type { SnapshotCase } from './snapshots/snapshot.ts'

function made(name: string, half: SnapshotCase['half']): SnapshotCase {
  const truth = half && { kind: 'Deployment', namespace: 'shop', name: 'cart' }
  const category = half ? 'storage' : 'healthy'
  return { name, category, ...(half && { half }), truth, at: 3_600_000, objects: [], logs: [], metrics: [] }
}

test('silence is right of a healthy cluster and a miss of a sick one; what is missed of the unseen half is not told', async () => {
  const cases = [
    made('disk-full', 'seen'),
    made('disk-gone', 'unseen'),
    made('claim-lost', 'unseen'),
    made('odd', undefined),
  ]
  const figures = await scoreSnapshots(
    cases,
    async () => ({ steps: [], seconds: 1, failed: false }),
    () => {},
  )
  expect(figures).toMatchObject({ cases: 3, healthy: 1, first: { value: 0 }, silent: { value: 1 } })
  expect(figures.byHalf).toMatchObject([
    { half: 'seen', n: 1 },
    { half: 'unseen', n: 2 },
  ])
  const page = snapshotPart(figures).lines.join('\n')
  expect(page).toContain('disk-full: not named')
  expect(page).toContain('Missed: 3, of which 2 among the unseen')
  expect(page).not.toMatch(/disk-gone|claim-lost/)
})
