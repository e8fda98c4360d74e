-- What somebody revealed in the last hour is counted before every reveal, however long the audit has grown.
CREATE INDEX audit_entry_reveals ON audit_entry (actor, at) WHERE action = 'customer:reveal';
-- A consent stands as it was given; it is withdrawn once, and a withdrawal stands too.
CREATE FUNCTION consent_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
     AND to_jsonb(NEW) - ARRAY['withdrawn_at', 'withdrawn_by', 'withdrawal_reason']
       = to_jsonb(OLD) - ARRAY['withdrawn_at', 'withdrawn_by', 'withdrawal_reason'] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a consent stands as it was given' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER consent_stands BEFORE UPDATE OR DELETE ON consent FOR EACH ROW EXECUTE FUNCTION consent_stands();
CREATE TRIGGER consent_stays BEFORE TRUNCATE ON consent EXECUTE FUNCTION consent_stands();
-- Consent is given once to one version of a text, until it is withdrawn.
CREATE UNIQUE INDEX consent_live ON consent (customer_id, purpose, text_version) WHERE withdrawn_at IS NULL;
