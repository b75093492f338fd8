CREATE TABLE root (
            only INTEGER PRIMARY KEY CHECK (only = 1), salt BLOB NOT NULL,
            memory_kib INTEGER NOT NULL, passes INTEGER NOT NULL, lanes INTEGER NOT NULL,
            wrapped BLOB NOT NULL, evidence_public BLOB NOT NULL
        ) STRICT;

CREATE TABLE tree (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            generation INTEGER NOT NULL, sealed BLOB NOT NULL
        ) STRICT;

CREATE TABLE subject_key (
            row BLOB PRIMARY KEY, epoch BLOB NOT NULL, wrapped BLOB NOT NULL,
            purpose TEXT NOT NULL, purpose_hash BLOB NOT NULL, consent BLOB NOT NULL,
            expires INTEGER NOT NULL, model TEXT NOT NULL, d INTEGER NOT NULL,
            active INTEGER NOT NULL CHECK (active IN (0, 1)), pending_epoch BLOB, pending BLOB
        ) STRICT, WITHOUT ROWID;

CREATE INDEX subject_key_by_consent ON subject_key (consent);

CREATE INDEX subject_key_by_purpose ON subject_key (purpose, row);

CREATE TABLE person_secret (
            person BLOB PRIMARY KEY, wrapped BLOB NOT NULL,
            sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)), until INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
