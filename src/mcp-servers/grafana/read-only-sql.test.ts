import { expect, test } from 'vitest'
import { refuseUnlessReading } from './read-only-sql.ts'

test.each([
  'SELECT 1',
  "select date_trunc('minute', at) AS time, count(*) from requests where $__timeFilter(at) and status in ('500') group by 1",
  'WITH slow AS (SELECT id FROM queries WHERE ms > 100) SELECT count(*) FROM slow;',
  'SELECT host, max(load) FROM "server load" GROUP BY host ORDER BY 2 DESC LIMIT 5',
  "SELECT count(*)\n\tFROM orders\n WHERE city = 'Zürich'  ;\n",
])('%j reads', sql => {
  expect(() => refuseUnlessReading(sql)).not.toThrow()
})

test.each([
  ['DELETE FROM orders', 'begin with SELECT'],
  ['SELECT 1; DROP TABLE orders', 'one statement'],
  ['SELECT 1 DELETE FROM orders', 'DELETE'],
  ['WITH gone AS (DELETE FROM orders RETURNING id) SELECT * FROM gone', 'DELETE'],
  ['SELECT * INTO copy FROM orders', 'INTO'],
  ['SELECT * FROM orders FOR UPDATE', 'UPDATE'],
  ['SELECT 1 /*! UNION */', 'not taken'],
  ["SELECT 1 -- '", 'not taken'],
  ["SELECT 'a\\' , drop_all() , '", 'not taken'],
  ['SELECT $$x$$', 'not taken'],
  ['SELECT pg_terminate_backend(1)', 'pg_terminate_backend()'],
  ['SELECT "pg_terminate_backend" (1)', 'not taken'],
  ['SELECT evil.count(1)', 'evil.count()'],
  ["SELECT lo_import('/etc/passwd')", 'lo_import()'],
  ["SELECT load_file('/etc/passwd')", 'load_file()'],
  ["SELECT nextval ('s')", 'nextval()'],
  ['SELECT 1 EXEC sp_who', 'EXEC'],
  [`SELECT 1;${' '.repeat(1001)}ANALYZE`, 'one statement'],
  [`SELECT pg_sleep${' '.repeat(101)}(9)`, 'pg_sleep()'],
  [`SELECT "pg_sleep"${'\n'.repeat(101)}(9)`, 'not taken'],
  [`SELECT ${'x'.repeat(300)}(9)`, 'functions known'],
  ['SELECT größe(1)', 'in a text only'],
  ['SELECT é(1)', 'in a text only'],
  ["SELECT [a'], é(1), [b']", 'é()'],
  ['SELECT evil . count(1)', 'evil.count()'],
  [`SELECT U&"pg!005fsleep" UESCAPE '!' (9)`, 'not taken'],
  ['SELECT pg_sleep\u00a0(9)', 'U+00A0'],
  ['SELECT pg_sleep\u200b(9)', 'U+200B'],
  ['SELECT sp_who\u0001(9)', 'U+0001'],
  [`SELECT $${'x'.repeat(61)}$ a $${'x'.repeat(61)}$`, 'not taken'],
  ['SELECT NEXT VALUE  FOR orders_id', 'NEXT VALUE FOR'],
  ['SELECT * FROM orders FOR SHARE', 'FOR SHARE'],
])('%j is refused', (sql, why) => {
  expect(() => refuseUnlessReading(sql)).toThrow(why)
})

test('64 KB of brackets are read in a moment', () => {
  expect(() => refuseUnlessReading(`SELECT ${'a ('.repeat(21_000)}`)).toThrow('a()')
  expect(() => refuseUnlessReading(`SELECT ${'('.repeat(64_000)}`)).not.toThrow()
})
