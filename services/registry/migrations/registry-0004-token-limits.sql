-- What a token may see and how much it may ask.
ALTER TABLE tokens
    ADD COLUMN areas          text[]  NOT NULL DEFAULT '{}',            -- codes; empty: everywhere
    ADD COLUMN requests_per_s integer CHECK (requests_per_s > 0),       -- NULL: the setting of the API process
    ADD COLUMN streams        integer CHECK (streams >= 0);             -- the same

-- Tokens of before may ask who they are and exchange themselves, as those that are made from now on.
UPDATE tokens SET scopes = array_append(scopes, 'access.self') WHERE NOT 'access.self' = ANY (scopes);
