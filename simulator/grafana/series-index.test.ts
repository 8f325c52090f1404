// The index must never show what is not visible yet, nor keep what a cure has changed.
import { expect, test } from 'vitest'
import { openCloud } from '../cloud.ts'
import { matcher } from './matcher.ts'
import { seriesIndex } from './series-index.ts'
import { series, smallStory } from './small-story.ts'

test('points and series appear as time goes on, and a cure turns them', () => {
  const web = { app: 'web' }
  const story = smallStory(
    {
      series: [
        series('errors', web, [
          [10, 1],
          [20, 2],
          [30, 9],
        ]),
        series('late', web, [[20, 5]]),
      ],
    },
    {
      series: [
        series('errors', { app: 'web' }, [
          [20, 0],
          [30, 0],
        ]),
        series('calm', web, [[30, 1]]),
      ],
    },
  )
  let now = 10_000
  const cloud = openCloud(story, () => now)
  const select = seriesIndex(cloud)
  const seen = () => select([matcher('app', '=', 'web')]).map(({ labels, values }) => [labels.__name__, [...values]])

  expect(seen()).toEqual([['errors', [1]]])
  now = 20_000
  expect(seen()).toEqual([
    ['errors', [1, 2]],
    ['late', [5]],
  ])
  cloud.cure(now)
  now = 30_000
  expect(seen()).toEqual([
    ['errors', [1, 2, 0]],
    ['late', [5]],
    ['calm', [1]],
  ])
})

test('label sets stay the same objects from request to request', () => {
  let now = 10_000
  const select = seriesIndex(
    openCloud(
      smallStory({
        series: [
          series('m', {}, [
            [10, 1],
            [20, 2],
          ]),
        ],
      }),
      () => now,
    ),
  )
  const before = select([matcher('__name__', '=', 'm')])[0]?.labels
  now = 20_000
  expect(select([matcher('__name__', '=', 'm')])[0]?.labels).toBe(before)
})
