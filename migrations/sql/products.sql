-- What was handed to the review stands: once a version has left its draft, its terms, perils, exclusions and factors
-- never change, unless compliance sends it back.
CREATE FUNCTION product_version_terms_stand() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  free text[] := CASE OLD.state WHEN 'IN_REVIEW'
    THEN ARRAY['state', 'version', 'review_finding', 'released_by', 'released_at'] ELSE ARRAY['state', 'version'] END;
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.state = 'IN_REVIEW' OR NEW.state IN ('ON_SALE', 'WITHDRAWN'))
     AND to_jsonb(NEW) - free = to_jsonb(OLD) - free THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the terms of a version in review or put on sale never change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER product_version_terms_stand BEFORE UPDATE OR DELETE ON product_version FOR EACH ROW
  WHEN (OLD.state <> 'DRAFT') EXECUTE FUNCTION product_version_terms_stand();

-- The version is locked while its state is read: who hands it to the review meanwhile waits, or is waited for.
CREATE FUNCTION product_part_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stands boolean;
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'sold' = to_jsonb(OLD) - 'sold' THEN
    RETURN NEW;
  END IF;
  SELECT bool_or(v.state <> 'DRAFT') INTO stands FROM (
    SELECT state FROM product_version WHERE id IN (OLD.product_version_id, NEW.product_version_id)
    ORDER BY id FOR SHARE
  ) v;
  IF stands THEN
    RAISE EXCEPTION 'the terms of a version in review or put on sale never change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER product_peril_stands BEFORE INSERT OR UPDATE OR DELETE ON product_peril FOR EACH ROW
  EXECUTE FUNCTION product_part_stands();
CREATE TRIGGER product_exclusion_stands BEFORE INSERT OR UPDATE OR DELETE ON product_exclusion FOR EACH ROW
  EXECUTE FUNCTION product_part_stands();
CREATE TRIGGER product_relativity_stands BEFORE INSERT OR UPDATE OR DELETE ON product_relativity FOR EACH ROW
  EXECUTE FUNCTION product_part_stands();

-- One rate for a partner, a product and a day; a rate for all products names none.
CREATE UNIQUE INDEX commission_rate_key ON commission_rate (partner_id, product_id, starts_on) NULLS NOT DISTINCT;
