DROP INDEX service_attainment_key;
DELETE FROM service_standard;
