-- The public halves of the keys that sign, or may: what is needed of a key when it is in no slot of the settings any more.
CREATE TABLE signing_keys (
  kid           TEXT PRIMARY KEY NOT NULL,
  algorithm     TEXT NOT NULL,
  public_key    TEXT NOT NULL,              -- as the JWK Set has it
  first_seen_at INTEGER NOT NULL,           -- in a slot: since then it is published
  signed_from   INTEGER,                    -- written before its first signature
  longest_life  INTEGER NOT NULL DEFAULT 0, -- of the tokens that it signed, in seconds
  over_at       INTEGER,                    -- when the last of them is; NULL while it signs
  chosen_at     INTEGER,                    -- by an administrator; of an algorithm's keys the latest signs
  retired_at    INTEGER
) STRICT;
