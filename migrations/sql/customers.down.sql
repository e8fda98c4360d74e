DROP INDEX consent_live;
DROP TRIGGER consent_stays ON consent;
DROP TRIGGER consent_stands ON consent;
DROP FUNCTION consent_stands();
DROP INDEX audit_entry_reveals;
