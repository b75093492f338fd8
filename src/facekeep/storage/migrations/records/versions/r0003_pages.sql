CREATE TABLE invitation (
        id BLOB PRIMARY KEY, campaign TEXT NOT NULL, purpose TEXT NOT NULL, subject BLOB NOT NULL,
        about BLOB NOT NULL, guardian INTEGER NOT NULL, state TEXT NOT NULL,
        made_at INTEGER NOT NULL, expires INTEGER NOT NULL, reminders INTEGER NOT NULL,
        seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE INDEX invitation_by_subject ON invitation (subject, purpose);

CREATE INDEX invitation_by_campaign ON invitation (campaign, id);

CREATE TABLE campaign_count (
        campaign TEXT NOT NULL, purpose TEXT NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL,
        PRIMARY KEY (campaign, purpose, what)
    ) STRICT, WITHOUT ROWID;
