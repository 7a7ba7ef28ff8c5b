-- The change sets up to the last of each kind that a kept day knew.
CREATE VIEW kept.change_sets AS FROM main.change_sets WHERE sequence <= CAST(getvariable('known')->>kind AS BIGINT);
CREATE VIEW kept.claims AS FROM main.claims WHERE sequence <= CAST(getvariable('known')->>kind AS BIGINT);
CREATE VIEW kept.events AS FROM main.events WHERE sequence <= CAST(getvariable('known')->>kind AS BIGINT);
CREATE VIEW kept.messages AS FROM main.messages WHERE false;
