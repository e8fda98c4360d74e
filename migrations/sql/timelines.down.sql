DROP VIEW claim_event;
