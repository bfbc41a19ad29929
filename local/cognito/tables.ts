import type { DatabaseSync } from 'node:sqlite';

/**
 * Makes the tables of the user pools where they are missing. What has to be unique (a name, an address,
 * a membership) is a key; everything else about a row is JSON in `record`, parsed by zod when read.
 */
export function createTables(state: DatabaseSync): void {
  state.exec(`
    CREATE TABLE IF NOT EXISTS cognito_pools (
      id TEXT PRIMARY KEY, record TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cognito_keys (
      pool TEXT PRIMARY KEY, kid TEXT NOT NULL UNIQUE, private_key TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cognito_clients (
      id TEXT PRIMARY KEY, pool TEXT NOT NULL, record TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cognito_groups (
      pool TEXT NOT NULL, name TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (pool, name)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cognito_users (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      pool TEXT NOT NULL, sub TEXT NOT NULL, username TEXT NOT NULL, username_key TEXT NOT NULL,
      alias TEXT, record TEXT NOT NULL,
      UNIQUE (pool, sub), UNIQUE (pool, username_key), UNIQUE (pool, alias)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cognito_memberships (
      pool TEXT NOT NULL, sub TEXT NOT NULL, group_name TEXT NOT NULL,
      PRIMARY KEY (pool, sub, group_name)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cognito_codes (
      pool TEXT NOT NULL, sub TEXT NOT NULL, purpose TEXT NOT NULL,
      digest TEXT NOT NULL, address TEXT NOT NULL, expires_at REAL NOT NULL,
      PRIMARY KEY (pool, sub, purpose)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cognito_lockouts (
      pool TEXT NOT NULL, subject TEXT NOT NULL, failures INTEGER NOT NULL,
      attempted_at REAL NOT NULL, locked_until REAL NOT NULL, PRIMARY KEY (pool, subject)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cognito_limits (
      pool TEXT NOT NULL, subject TEXT NOT NULL, action TEXT NOT NULL, used INTEGER NOT NULL,
      ends_at REAL NOT NULL, PRIMARY KEY (pool, subject, action)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cognito_sessions (
      digest TEXT PRIMARY KEY, pool TEXT NOT NULL, client TEXT NOT NULL, sub TEXT,
      record TEXT NOT NULL, expires_at REAL NOT NULL, used INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cognito_grants (
      origin_jti TEXT PRIMARY KEY, pool TEXT NOT NULL, sub TEXT NOT NULL, client TEXT NOT NULL,
      refresh_digest TEXT NOT NULL UNIQUE, auth_time INTEGER NOT NULL, expires_at REAL NOT NULL,
      revoked INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cognito_outbox (
      number INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT NOT NULL
    ) STRICT;
  `);
}

/** The tables whose rows are a pool's, by their column `pool`. */
export const tablesOfPools = [
  'cognito_keys',
  'cognito_clients',
  'cognito_groups',
  'cognito_users',
  'cognito_memberships',
  'cognito_codes',
  'cognito_lockouts',
  'cognito_limits',
  'cognito_sessions',
  'cognito_grants',
] as const;
