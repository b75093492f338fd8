CREATE TABLE second_factor (
        person BLOB NOT NULL, kind TEXT NOT NULL, kept BLOB NOT NULL,
        PRIMARY KEY (person, kind)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE api_key (
        id TEXT PRIMARY KEY, label TEXT NOT NULL, digest BLOB NOT NULL, scopes TEXT NOT NULL,
        made_by TEXT NOT NULL, made_at INTEGER NOT NULL, expires INTEGER NOT NULL,
        revoked_by TEXT NOT NULL, revoked_at INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE api_key_use (
        id TEXT PRIMARY KEY, day INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
        id TEXT PRIMARY KEY, name BLOB NOT NULL, finder BLOB NOT NULL, role TEXT NOT NULL,
        state TEXT NOT NULL, epoch INTEGER NOT NULL, invited_by TEXT NOT NULL,
        changed_at INTEGER NOT NULL, code BLOB NOT NULL, code_until INTEGER NOT NULL,
        passphrase TEXT NOT NULL, totp BLOB NOT NULL, signing BLOB NOT NULL, public BLOB NOT NULL,
        seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX one_account_in_office ON staff (finder) WHERE state <> 'retired';

CREATE TABLE staff_step (
        id TEXT PRIMARY KEY, step INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE session (
        id BLOB PRIMARY KEY, staff TEXT NOT NULL, epoch INTEGER NOT NULL, factor TEXT NOT NULL,
        opened_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE INDEX session_by_staff ON session (staff);

CREATE TABLE session_seen (
        id BLOB PRIMARY KEY, at INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE passkey (
        id BLOB PRIMARY KEY, staff TEXT NOT NULL, public BLOB NOT NULL, label TEXT NOT NULL,
        added_at INTEGER NOT NULL, removed_at INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE INDEX passkey_by_staff ON passkey (staff);

CREATE TABLE passkey_count (
        id BLOB PRIMARY KEY, count INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE approval_matter (
        digest BLOB PRIMARY KEY, act TEXT NOT NULL, what BLOB NOT NULL, until INTEGER NOT NULL,
        seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE job (
        id BLOB PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
        state TEXT NOT NULL, attempts INTEGER NOT NULL, fence INTEGER NOT NULL,
        owner BLOB NOT NULL, free_at INTEGER NOT NULL, made INTEGER NOT NULL, due INTEGER NOT NULL,
        deadline INTEGER NOT NULL, told_late INTEGER NOT NULL, ended INTEGER NOT NULL,
        done INTEGER NOT NULL, total INTEGER NOT NULL, error TEXT NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE INDEX job_by_state ON job (state, due);

CREATE UNIQUE INDEX job_wanted_once ON job (kind, key)
        WHERE state IN ('queued', 'leased');

CREATE TABLE reply (
        tag BLOB PRIMARY KEY, request BLOB NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('begun', 'answered', 'forgotten')),
        until INTEGER NOT NULL, answer BLOB NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE INDEX reply_by_end ON reply (until);

CREATE TABLE reply_about (
        about BLOB NOT NULL, tag BLOB NOT NULL, PRIMARY KEY (about, tag)
    ) STRICT, WITHOUT ROWID;

CREATE INDEX reply_about_by_tag ON reply_about (tag);
