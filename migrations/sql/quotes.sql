-- What was said stands: a recommendation changes once, when the customer chooses, and is never deleted.
CREATE FUNCTION recommendation_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.chosen_id IS NULL
     AND to_jsonb(NEW) - ARRAY['chosen_id', 'chosen_at', 'override_reason', 'version']
       = to_jsonb(OLD) - ARRAY['chosen_id', 'chosen_at', 'override_reason', 'version'] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'what was recommended stands' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER recommendation_stands BEFORE UPDATE OR DELETE ON recommendation FOR EACH ROW
  EXECUTE FUNCTION recommendation_stands();
