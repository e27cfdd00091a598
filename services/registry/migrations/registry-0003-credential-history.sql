-- depends: registry-0002-identity

-- Every change of a credential, by whatever hand. Who and why come from the transaction; where it does not
-- say, it was somebody with the database's own password. Credentials may go, this stays.
CREATE TABLE credential_history (
    history_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username   text        NOT NULL,
    kind       text        NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    action     text        NOT NULL CHECK (action IN
                   ('issued', 'rotated', 'revoked', 'suspended', 'reinstated', 'removed')),
    reason     text        NOT NULL DEFAULT '',
    actor      text        NOT NULL CHECK (actor IN ('token', 'doorkeeper', 'database')),
    token      text        NOT NULL DEFAULT ''  -- its name, where a token of the API did it
);
CREATE INDEX credential_history_username ON credential_history (username, history_id);

CREATE FUNCTION keep_credential_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
'DECLARE
    one credentials := coalesce(NEW, OLD);
    done text := CASE
        WHEN TG_OP = ''DELETE'' THEN ''removed''
        WHEN TG_OP = ''INSERT'' THEN ''issued''
        WHEN NEW.state <> OLD.state THEN CASE NEW.state
            WHEN ''active'' THEN CASE OLD.state WHEN ''revoked'' THEN ''issued'' ELSE ''reinstated'' END
            ELSE NEW.state END
        WHEN NEW.password_hash <> OLD.password_hash THEN ''rotated'' END;
BEGIN
    IF done IS NOT NULL THEN
        INSERT INTO credential_history (username, kind, action, reason, actor, token)
        VALUES (one.username, one.kind, done, CASE done WHEN ''rotated'' THEN '''' ELSE one.reason END,
                coalesce(nullif(current_setting(''haidang.actor'', true), ''''), ''database''),
                coalesce(current_setting(''haidang.token'', true), ''''));
    END IF;
    RETURN NULL;
END';
CREATE TRIGGER credential_kept AFTER INSERT OR UPDATE OR DELETE ON credentials FOR EACH ROW
    EXECUTE FUNCTION keep_credential_change();

CREATE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE ''credential_history is added to, never changed''; END';
CREATE TRIGGER history_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credential_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history();

INSERT INTO credential_history (username, kind, at, action, actor)
SELECT username, kind, issued_at, 'issued', 'database' FROM credentials ORDER BY issued_at;
INSERT INTO credential_history (username, kind, at, action, reason, actor)
SELECT username, kind, changed_at, state, reason, 'database' FROM credentials
WHERE state <> 'active' ORDER BY changed_at;
