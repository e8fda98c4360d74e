-- Numbers for people; gaps are allowed.
CREATE SEQUENCE application_number_seq;

-- What is accepted without a person, from the first day on.
INSERT INTO underwriting_standard (id, applies_from, currency, sum_limit_minor, claims, source)
VALUES (gen_random_uuid(), '2020-01-01', 'CNY', 1000000, 3, 'own standard: sums up to 10,000 yuan, under 3 claims in 3 years');

-- Inputs are locked while a price stands: they change only with or to a draft, and an application is never deleted.
CREATE FUNCTION application_inputs_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'an application is kept' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.state <> 'DRAFT' AND NEW.state <> 'DRAFT' AND
     (OLD.customer_id, OLD.partner_id, OLD.product_version_id, OLD.category, OLD.brand, OLD.model, OLD.serial_number,
      OLD.condition, OLD.purchased_on, OLD.invoice_number, OLD.warranty_until, OLD.declared_use, OLD.instalments,
      OLD.currency, OLD.price_minor, OLD.sum_insured_minor, OLD.tariff_premium_minor, OLD.commission_rate, OLD.priced_on)
     IS DISTINCT FROM
     (NEW.customer_id, NEW.partner_id, NEW.product_version_id, NEW.category, NEW.brand, NEW.model, NEW.serial_number,
      NEW.condition, NEW.purchased_on, NEW.invoice_number, NEW.warranty_until, NEW.declared_use, NEW.instalments,
      NEW.currency, NEW.price_minor, NEW.sum_insured_minor, NEW.tariff_premium_minor, NEW.commission_rate, NEW.priced_on)
  THEN
    RAISE EXCEPTION 'the inputs of a priced application are locked' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER application_inputs_locked BEFORE UPDATE OR DELETE ON application FOR EACH ROW
  EXECUTE FUNCTION application_inputs_locked();

-- What was shown stands as evidence.
CREATE FUNCTION disclosure_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was shown stands' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER disclosure_stands BEFORE UPDATE OR DELETE ON disclosure FOR EACH ROW EXECUTE FUNCTION disclosure_stands();
