DROP TRIGGER reserve_change_append_only ON reserve_change;
DROP FUNCTION reserve_change_is_append_only();
DELETE FROM reserve_change;
DROP SEQUENCE claim_number_seq;
