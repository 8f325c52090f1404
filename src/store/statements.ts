// The tables of the SQLite store, and everything it asks of them.
import type { DatabaseSync } from 'node:sqlite'

export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY, incident TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (incident, version)) STRICT;
  CREATE TABLE IF NOT EXISTS incident (id TEXT PRIMARY KEY, opened INTEGER NOT NULL, open INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS signal (id TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS signal_at ON signal (at);
  CREATE TABLE IF NOT EXISTS delivery (
    chat TEXT NOT NULL, key TEXT NOT NULL, incident TEXT NOT NULL, channel TEXT, message TEXT, body TEXT NOT NULL,
    PRIMARY KEY (chat, key)) STRICT;
  CREATE INDEX IF NOT EXISTS delivery_incident ON delivery (chat, incident);
  CREATE INDEX IF NOT EXISTS delivery_message ON delivery (chat, channel, message);
  CREATE TABLE IF NOT EXISTS received (id TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT) STRICT;
  CREATE INDEX IF NOT EXISTS received_at ON received (at);
  CREATE TABLE IF NOT EXISTS saved (name TEXT PRIMARY KEY, generation INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS part (
    name TEXT NOT NULL, generation INTEGER NOT NULL, nth INTEGER NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (name, generation, nth)) STRICT;
`

export function prepare(database: DatabaseSync) {
  return {
    lastVersion: database.prepare('SELECT max(version) AS version FROM entry WHERE incident = ?'),
    head: database.prepare('SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1'),
    insert: database.prepare('INSERT INTO entry (seq, incident, version, hash, body) VALUES (?, ?, ?, ?, ?)'),
    open: database.prepare('INSERT INTO incident (id, opened, open) VALUES (?, ?, 1)'),
    resolve: database.prepare('UPDATE incident SET open = 0 WHERE id = ?'),
    read: database.prepare('SELECT body FROM entry WHERE incident = ? ORDER BY version'),
    next: database.prepare(
      'INSERT INTO counter (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value',
    ),
    list: database.prepare(
      `SELECT id FROM incident WHERE (:open IS NULL OR open = :open)
       AND (:before IS NULL OR opened < (SELECT opened FROM incident WHERE id = :before))
       ORDER BY opened DESC LIMIT :limit`,
    ),
    after: database.prepare('SELECT body FROM entry WHERE seq > ? ORDER BY seq LIMIT ?'),
    remember: database.prepare(
      'INSERT INTO signal (id, at, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at, body = excluded.body',
    ),
    forget: database.prepare('DELETE FROM signal WHERE at < ?'),
    recall: database.prepare('SELECT body FROM signal WHERE id IN (SELECT value FROM json_each(?))'),
    generation: database.prepare('SELECT coalesce(max(generation), 0) + 1 AS next FROM part WHERE name = ?'),
    savePart: database.prepare('INSERT INTO part (name, generation, nth, bytes) VALUES (?, ?, ?, ?)'),
    saved: database.prepare(
      'INSERT INTO saved (name, generation) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET generation = excluded.generation',
    ),
    older: database.prepare('SELECT generation, nth FROM part WHERE name = ? AND generation < ?'),
    dropPart: database.prepare('DELETE FROM part WHERE name = ? AND generation = ? AND nth = ?'),
    keep: database.prepare(
      `INSERT INTO delivery (chat, key, incident, channel, message, body) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (chat, key) DO UPDATE SET channel = excluded.channel, message = excluded.message, body = excluded.body`,
    ),
    drop: database.prepare('DELETE FROM delivery WHERE chat = ? AND key = ?'),
    deliveries: database.prepare('SELECT body FROM delivery WHERE chat = ? AND incident = ?'),
    delivered: database.prepare('SELECT body FROM delivery WHERE chat = ? AND channel = ? AND message = ?'),
    receive: database.prepare('INSERT INTO received (id, at, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING'),
    unhandled: database.prepare('SELECT id, at, body FROM received WHERE body IS NOT NULL ORDER BY at, rowid'),
    handled: database.prepare('UPDATE received SET body = NULL WHERE id = ?'),
    clear: database.prepare('DELETE FROM received WHERE at < ?'),
    load: database.prepare('SELECT bytes FROM part JOIN saved USING (name, generation) WHERE name = ? ORDER BY nth'),
  }
}
