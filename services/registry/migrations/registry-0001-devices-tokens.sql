CREATE TABLE devices (
    device               text PRIMARY KEY CHECK (device ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
    kind                 text NOT NULL,
    name_vi              text NOT NULL,
    name_en              text NOT NULL DEFAULT '',
    shard                text NOT NULL CHECK (shard ~ '^[a-z0-9][a-z0-9-]{0,30}$'),
    area_code            text,
    longitude            double precision NOT NULL,
    latitude             double precision NOT NULL,
    state                text NOT NULL CHECK (state IN ('provisioned', 'active', 'retired')),
    commissioned_at      timestamptz NOT NULL,
    reporting_interval_s integer NOT NULL CHECK (reporting_interval_s > 0),
    updated_at           timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE channels (
    device   text NOT NULL REFERENCES devices ON DELETE CASCADE,
    channel  text NOT NULL CHECK (channel ~ '^[a-z][a-z0-9_]{0,62}$'),
    quantity text NOT NULL,
    unit     text NOT NULL,
    minimum  double precision,
    maximum  double precision,
    PRIMARY KEY (device, channel)
);

-- Bearer tokens of the gRPC API. The secret itself is shown once and never stored.
CREATE TABLE tokens (
    token_id    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name        text NOT NULL,
    secret_hash bytea NOT NULL UNIQUE,  -- SHA-256 of 32 random bytes: no salt needed
    scopes      text[] NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz,
    revoked_at  timestamptz
);
