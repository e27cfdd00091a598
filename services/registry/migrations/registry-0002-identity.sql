-- depends: registry-0001-devices-tokens

-- One name, one meaning: a network server's credential and a device never share one, by whatever hand.
CREATE TABLE principals (
    name text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('device', 'network', 'gateway', 'onboarding')),
    UNIQUE (name, kind)
);
INSERT INTO principals SELECT device, 'device' FROM devices;

ALTER TABLE devices ADD COLUMN principal_kind text NOT NULL GENERATED ALWAYS AS ('device') STORED;
ALTER TABLE devices ADD FOREIGN KEY (device, principal_kind) REFERENCES principals (name, kind);

CREATE FUNCTION name_device() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
'BEGIN INSERT INTO principals VALUES (NEW.device, ''device'') ON CONFLICT DO NOTHING; RETURN NEW; END';
CREATE TRIGGER device_named BEFORE INSERT ON devices FOR EACH ROW EXECUTE FUNCTION name_device();

ALTER TABLE devices DROP CONSTRAINT devices_state_check;
ALTER TABLE devices ADD CHECK (state IN ('provisioned', 'active', 'retired', 'replaced'));
ALTER TABLE devices ADD COLUMN replaced_by text REFERENCES devices;
ALTER TABLE devices ADD CHECK ((state = 'replaced') = (replaced_by IS NOT NULL));

CREATE TABLE device_history (
    history_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device      text        NOT NULL REFERENCES devices ON DELETE CASCADE,
    at          timestamptz NOT NULL DEFAULT now(),
    was         text        NOT NULL DEFAULT '',
    state       text        NOT NULL,
    replaced_by text        NOT NULL DEFAULT '',
    reason      text        NOT NULL DEFAULT ''
);
CREATE INDEX device_history_device ON device_history (device, history_id);
INSERT INTO device_history (device, at, state) SELECT device, updated_at, state FROM devices;

-- Every change of state is kept, also one that came with PutDevices. The reason comes from the transaction.
CREATE FUNCTION keep_device_state() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
'BEGIN
    INSERT INTO device_history (device, was, state, replaced_by, reason)
    VALUES (NEW.device, CASE TG_OP WHEN ''UPDATE'' THEN OLD.state ELSE '''' END, NEW.state,
            coalesce(NEW.replaced_by, ''''), coalesce(current_setting(''haidang.reason'', true), ''''));
    RETURN NULL;
END';
CREATE TRIGGER device_born AFTER INSERT ON devices FOR EACH ROW EXECUTE FUNCTION keep_device_state();
CREATE TRIGGER device_moved AFTER UPDATE OF state ON devices FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION keep_device_state();

-- Who may speak to the broker. The secret itself is shown once and never stored.
CREATE TABLE credentials (
    username      text PRIMARY KEY CHECK (username ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
    kind          text NOT NULL,
    password_hash text NOT NULL CHECK (password_hash ~ '^\$7\$[0-9]+\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+$'),
    state         text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'revoked')),
    reason        text NOT NULL DEFAULT '',
    issued_at     timestamptz NOT NULL DEFAULT now(),
    changed_at    timestamptz NOT NULL DEFAULT now(),
    CHECK (kind <> 'network' OR username ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$'),
    FOREIGN KEY (username, kind) REFERENCES principals (name, kind)
);

CREATE TABLE credentials_version (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    version bigint  NOT NULL DEFAULT 0
);
INSERT INTO credentials_version DEFAULT VALUES;
CREATE FUNCTION raise_credentials_version() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
'BEGIN UPDATE credentials_version SET version = version + 1; RETURN NULL; END';
CREATE TRIGGER credentials_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON credentials
    FOR EACH STATEMENT EXECUTE FUNCTION raise_credentials_version();

-- What was refused, and to whom, counted by minute: a flood of refusals is a few rows.
CREATE TABLE access_events (
    minute   timestamptz NOT NULL,
    kind     text        NOT NULL,
    username text        NOT NULL,  -- '' where the broker did not say
    client   text        NOT NULL,  -- MQTT client id; of a refused connection, the address
    topic    text        NOT NULL,
    count    bigint      NOT NULL CHECK (count > 0),
    first_at timestamptz NOT NULL,
    last_at  timestamptz NOT NULL,
    PRIMARY KEY (minute, kind, username, client, topic)
);
