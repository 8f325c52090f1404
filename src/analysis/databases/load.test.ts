// Rows of a database's load, as logs carry them.
import { expect, test } from 'vitest'
import type { Utterance } from '#incident/signal.ts'
import { isLoadRow, loadOf } from './load.ts'

const row = (text: string, at = 0): Utterance => ({
  kind: 'log',
  id: text,
  source: 'cloudwatch',
  entity: { service: 'db' },
  at,
  severity: 'low',
  labels: {},
  writer: 'tenant',
  text,
  count: 1,
})

test('key=value: the statement goes to the end of the line, the most loading comes first', () => {
  const load = loadOf([
    row(
      'db_load_avg=1.1 calls_per_sec=42.7 waits=[IO:DataFileWrite 0.8, Lock:relation 0.3] sql=UPDATE o SET s = $1 WHERE waits=3',
    ),
    row('db_load_avg=4.8 waits=[IO:DataFileWrite 3.9] sql=INSERT INTO a SELECT * FROM o'),
    row('waits=[IO:DataFileWrite 4.7, Lock:relation 0.3]'),
  ])
  expect(load?.statements.map(({ sql, sessions }) => [sql, sessions])).toEqual([
    ['INSERT INTO a SELECT * FROM o', 4.8],
    ['UPDATE o SET s = $1 WHERE waits=3', 1.1],
  ])
  expect(load?.waits).toEqual([
    { event: 'IO:DataFileWrite', sessions: 4.7 },
    { event: 'Lock:relation', sessions: 0.3 },
  ])
})

test('JSON as Performance Insights names its dimensions; waits are summed where no row tells of all', () => {
  const text = JSON.stringify({
    'db.load.avg': 2.5,
    'db.sql_tokenized.statement': 'SELECT 1',
    waits: { CPU: 2, 'IO:DataFileRead': 0.5 },
  })
  expect(loadOf([row(text)])).toMatchObject({
    statements: [{ sql: 'SELECT 1', sessions: 2.5 }],
    waits: [{ event: 'CPU', sessions: 2 }, { event: 'IO:DataFileRead' }],
  })
})

test('an older look at the load is not mixed with the newest', () => {
  const load = loadOf([row('db_load_avg=9 sql=SELECT old', 0), row('db_load_avg=1 sql=SELECT new', 3_600_000)])
  expect(load?.statements.map(({ sql }) => sql)).toEqual(['SELECT new'])
})

test.each([
  'ERROR: relation "waits" does not exist',
  'GET /query?sql=1 200',
  'INFO waits for its turn',
  '{"query": "x"}',
  '',
])('no row: %s', text => expect(isLoadRow(text)).toBe(false))
