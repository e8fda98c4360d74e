-- What was sold stands: once a version has left its draft, its terms, perils, exclusions and factors never change.
CREATE FUNCTION product_version_terms_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.state <> 'DRAFT'
     AND to_jsonb(NEW) - ARRAY['state', 'version'] = to_jsonb(OLD) - ARRAY['state', 'version'] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the terms of a version that was put on sale never change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER product_version_terms_stand BEFORE UPDATE OR DELETE ON product_version FOR EACH ROW
  WHEN (OLD.state <> 'DRAFT') EXECUTE FUNCTION product_version_terms_stand();

-- The version is locked while its state is read: who puts it on sale meanwhile waits, or is waited for.
CREATE FUNCTION product_part_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  is_sold boolean;
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'sold' = to_jsonb(OLD) - 'sold' THEN
    RETURN NEW;
  END IF;
  SELECT bool_or(v.state <> 'DRAFT') INTO is_sold FROM (
    SELECT state FROM product_version WHERE id IN (OLD.product_version_id, NEW.product_version_id)
    ORDER BY id FOR SHARE
  ) v;
  IF is_sold THEN
    RAISE EXCEPTION 'the terms of a version that was put on sale never change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER product_peril_stands BEFORE INSERT OR UPDATE OR DELETE ON product_peril FOR EACH ROW
  EXECUTE FUNCTION product_part_stands();
CREATE TRIGGER product_exclusion_stands BEFORE INSERT OR UPDATE OR DELETE ON product_exclusion FOR EACH ROW
  EXECUTE FUNCTION product_part_stands();
CREATE TRIGGER product_relativity_stands BEFORE INSERT OR UPDATE OR DELETE ON product_relativity FOR EACH ROW
  EXECUTE FUNCTION product_part_stands();
