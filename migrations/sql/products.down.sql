DROP INDEX commission_rate_key;
DROP TRIGGER product_relativity_stands ON product_relativity;
DROP TRIGGER product_exclusion_stands ON product_exclusion;
DROP TRIGGER product_peril_stands ON product_peril;
DROP FUNCTION product_part_stands();
DROP TRIGGER product_version_terms_stand ON product_version;
DROP FUNCTION product_version_terms_stand();
