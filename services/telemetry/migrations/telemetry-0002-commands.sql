-- depends: telemetry-0001-readings

CREATE TABLE commands (
    command_id      uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    number          bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,  -- the order of lists
    device          text        NOT NULL,
    name            text        NOT NULL,
    parameters      jsonb       NOT NULL CHECK (jsonb_typeof(parameters) = 'object'),
    state           text        NOT NULL DEFAULT 'queued'
                    CHECK (state IN ('queued', 'sent', 'acknowledged', 'expired', 'failed')),
    issued_by       text        NOT NULL,  -- name of the token
    idempotency_key text        NOT NULL,
    issued_at       timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    due_at          timestamptz NOT NULL DEFAULT now(),  -- while open: when it is handed to the broker (again)
    attempts        integer     NOT NULL DEFAULT 0,
    sent_at         timestamptz,
    finished_at     timestamptz,
    detail          text        NOT NULL DEFAULT '',
    UNIQUE (issued_by, idempotency_key),
    CHECK ((finished_at IS NULL) = (state IN ('queued', 'sent')))
);

-- Gateways look at what is open only: however many commands there have been, their look costs the same.
CREATE INDEX commands_due ON commands (due_at) WHERE state IN ('queued', 'sent');
CREATE INDEX commands_expiry ON commands (expires_at) WHERE state IN ('queued', 'sent');
CREATE INDEX commands_device ON commands (device, number DESC);
