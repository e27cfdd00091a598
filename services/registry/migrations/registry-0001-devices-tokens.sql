CREATE TABLE devices (
    device               text PRIMARY KEY CHECK (device ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
    kind                 text NOT NULL,
    name_vi              text NOT NULL,
    name_en              text NOT NULL DEFAULT '',
    shard                text NOT NULL CHECK (shard ~ '^[a-z0-9][a-z0-9-]{0,30}$'),
    area_code            text,
    longitude            double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    latitude             double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
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

-- One row, changed by every statement that changes devices or channels, by whatever hand: gateways poll it.
-- A newest updated_at would not do: transactions commit in another order than they begin.
CREATE TABLE devices_version (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    version bigint  NOT NULL DEFAULT 0
);
INSERT INTO devices_version DEFAULT VALUES;

CREATE FUNCTION raise_devices_version() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
'BEGIN UPDATE devices_version SET version = version + 1; RETURN NULL; END';

CREATE TRIGGER devices_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON devices
    FOR EACH STATEMENT EXECUTE FUNCTION raise_devices_version();
CREATE TRIGGER channels_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON channels
    FOR EACH STATEMENT EXECUTE FUNCTION raise_devices_version();

-- Bearer tokens of the gRPC API. The secret itself is shown once and never stored.
CREATE TABLE tokens (
    token_id    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name        text NOT NULL,
    secret_hash bytea NOT NULL UNIQUE CHECK (length(secret_hash) = 32),  -- SHA-256 of a text with 256 random bits
    scopes      text[] NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz,
    revoked_at  timestamptz
);
