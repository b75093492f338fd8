CREATE TABLE ledger_entry (
        idx INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        leaf BLOB NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;

CREATE TABLE ledger_node (
        level INTEGER NOT NULL,
        idx INTEGER NOT NULL,
        hash BLOB NOT NULL,
        PRIMARY KEY (level, idx)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_checkpoint (
        size INTEGER PRIMARY KEY,
        note TEXT NOT NULL
    ) STRICT;

CREATE TABLE ledger_witness (
        size INTEGER NOT NULL,
        name TEXT NOT NULL,
        note TEXT NOT NULL,
        seen_at INTEGER NOT NULL,
        PRIMARY KEY (size, name)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE purpose (
        id TEXT NOT NULL, version INTEGER NOT NULL, hash BLOB NOT NULL, body TEXT NOT NULL,
        drafted_at INTEGER NOT NULL, PRIMARY KEY (id, version)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE purpose_step (
        purpose TEXT NOT NULL, n INTEGER NOT NULL, version INTEGER NOT NULL, stage TEXT NOT NULL,
        at INTEGER NOT NULL, who TEXT NOT NULL, because TEXT NOT NULL, hash BLOB NOT NULL,
        assessment BLOB NOT NULL, officer_key BLOB NOT NULL, signature BLOB NOT NULL,
        ground TEXT NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (purpose, n)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE notice (
        purpose TEXT NOT NULL, version INTEGER NOT NULL, digest BLOB NOT NULL,
        items TEXT NOT NULL, kept_at INTEGER NOT NULL, seal BLOB NOT NULL,
        PRIMARY KEY (purpose, version, digest)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE assessment (
        digest BLOB PRIMARY KEY, purpose TEXT NOT NULL, version INTEGER NOT NULL,
        hash BLOB NOT NULL, body TEXT NOT NULL, controls TEXT NOT NULL, at INTEGER NOT NULL,
        seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE handler (
        version INTEGER PRIMARY KEY, body TEXT NOT NULL, at INTEGER NOT NULL, who TEXT NOT NULL,
        seal BLOB NOT NULL
    ) STRICT;

CREATE TABLE sharing (
        n INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, recipient TEXT NOT NULL,
        what TEXT NOT NULL, why TEXT NOT NULL, purpose TEXT NOT NULL, who TEXT NOT NULL,
        seal BLOB NOT NULL
    ) STRICT;

CREATE TABLE person (
        id BLOB PRIMARY KEY, lookup BLOB NOT NULL, purpose TEXT NOT NULL,
        departed INTEGER NOT NULL CHECK (departed IN (0, 1)), about BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX one_living_person ON person (lookup) WHERE departed = 0;

CREATE INDEX person_by_lookup ON person (lookup, departed);

CREATE TABLE consent (
        id BLOB PRIMARY KEY, person BLOB NOT NULL, purpose TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('processing', 'storage')),
        purpose_hash BLOB NOT NULL, notice BLOB NOT NULL, state TEXT NOT NULL,
        given_at INTEGER NOT NULL, expires INTEGER NOT NULL, guardian BLOB, about TEXT NOT NULL,
        seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE INDEX consent_by_person ON consent (person, scope, given_at);

CREATE TABLE delivery (
        id BLOB PRIMARY KEY, person BLOB NOT NULL, purpose TEXT NOT NULL, kind TEXT NOT NULL,
        words TEXT NOT NULL, created INTEGER NOT NULL, not_before INTEGER NOT NULL,
        due INTEGER NOT NULL, tries TEXT NOT NULL, next_try INTEGER NOT NULL,
        settled_at INTEGER, outcome TEXT, proof TEXT, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_by_person ON delivery (person, kind, settled_at);

CREATE INDEX delivery_open ON delivery (settled_at, not_before);

CREATE TABLE consent_request (
        id BLOB PRIMARY KEY, subject BLOB NOT NULL, purpose TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('processing', 'storage')),
        state TEXT NOT NULL, notice BLOB NOT NULL, asked_at INTEGER,
        answered_at INTEGER, reminders INTEGER NOT NULL, guardian INTEGER NOT NULL,
        until INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE INDEX request_by_subject ON consent_request (subject, purpose, scope, until);

CREATE TABLE place (
        id TEXT PRIMARY KEY, version INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
        state TEXT NOT NULL, at INTEGER NOT NULL, mac BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE device (
        id TEXT PRIMARY KEY, version INTEGER NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL,
        sign TEXT NOT NULL, at INTEGER NOT NULL, mac BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE capture_session (
        nonce BLOB PRIMARY KEY, kind TEXT NOT NULL, subject BLOB NOT NULL, text TEXT NOT NULL,
        state TEXT NOT NULL, expires INTEGER NOT NULL, mac BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE capture_count (what TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE intent (
        id BLOB PRIMARY KEY, kind TEXT NOT NULL, stage TEXT NOT NULL, body TEXT NOT NULL,
        began INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE row_seal (
        seal BLOB PRIMARY KEY, event BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE INDEX row_seal_by_event ON row_seal (event);

CREATE TABLE answered (
        tag BLOB PRIMARY KEY, step TEXT NOT NULL, day INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE clock (
        book TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, told TEXT NOT NULL,
        at INTEGER NOT NULL, mac BLOB NOT NULL, PRIMARY KEY (book, id, version)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE officer (
        public BLOB PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL,
        added_at INTEGER NOT NULL, added_by TEXT NOT NULL, retired_at INTEGER NOT NULL,
        seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX one_officer_in_office ON officer (name) WHERE retired_at = 0;

CREATE TABLE approval (
        id BLOB PRIMARY KEY, act TEXT NOT NULL, digest BLOB NOT NULL, officer BLOB NOT NULL,
        given_at INTEGER NOT NULL, expires INTEGER NOT NULL, used_at INTEGER NOT NULL,
        signature BLOB NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE INDEX approval_by_act ON approval (act, digest);

CREATE TABLE restraint (
        case_id BLOB PRIMARY KEY, person BLOB NOT NULL, kind TEXT NOT NULL,
        since INTEGER NOT NULL, lifted_at INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE INDEX restraint_by_person ON restraint (person);

CREATE TABLE rights_case (
        id BLOB PRIMARY KEY, code BLOB NOT NULL UNIQUE, kind TEXT NOT NULL, purpose TEXT NOT NULL,
        person BLOB NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL,
        opened INTEGER NOT NULL, due TEXT NOT NULL, provisional INTEGER NOT NULL,
        ended INTEGER NOT NULL, about BLOB NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE INDEX rights_case_by_person ON rights_case (person);

CREATE TABLE way_tally (
        purpose TEXT NOT NULL, day TEXT NOT NULL, way TEXT NOT NULL, profile TEXT NOT NULL,
        outcome TEXT NOT NULL, seconds INTEGER NOT NULL, n INTEGER NOT NULL, mac BLOB NOT NULL,
        PRIMARY KEY (purpose, day, way, profile, outcome, seconds)
    ) STRICT, WITHOUT ROWID;
