-- Claims that stand: of each file's acts on a record the last one counts, and a withdrawal takes its claim back.
CREATE TABLE standing_claims AS
    SELECT kind, record_id, sequence, landing, file_id, version, rows, sheet FROM (
        SELECT claims.*, act FROM claims JOIN change_sets USING (kind, sequence)
        QUALIFY row_number() OVER (PARTITION BY kind, record_id, claims.file_id ORDER BY sequence DESC) = 1
    ) WHERE act <> 'withdraw';

-- The effective version of a record is the claim of the latest-landed file that is not withdrawn.
CREATE TABLE effective_claims AS
    FROM standing_claims
    QUALIFY row_number() OVER (PARTITION BY kind, record_id ORDER BY landing DESC) = 1;

-- What the change sets make of it: the last event of each record.
CREATE TABLE effective_changes AS
    SELECT kind, record_id, sequence, landing, after AS version FROM events
    QUALIFY row_number() OVER (PARTITION BY kind, record_id ORDER BY sequence DESC) = 1;
DELETE FROM effective_changes WHERE version IS NULL;

CREATE TABLE effective_messages AS
    SELECT kind, record_id, sequence, after AS version FROM messages
    QUALIFY row_number() OVER (PARTITION BY kind, record_id ORDER BY sequence DESC) = 1;
DELETE FROM effective_messages WHERE version IS NULL;
-- Of a topic that dropped messages no sum can be right.
DELETE FROM effective_messages WHERE kind IN (SELECT kind FROM kept_from);
