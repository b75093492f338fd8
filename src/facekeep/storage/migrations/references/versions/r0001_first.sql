CREATE TABLE reference (
            row BLOB PRIMARY KEY, epoch BLOB NOT NULL, words BLOB NOT NULL,
            salt BLOB NOT NULL, mac BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
