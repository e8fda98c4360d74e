DROP TRIGGER rate_card_line_stands ON rate_card_line;
DROP FUNCTION rate_card_line_stands();
DROP SEQUENCE repair_order_number_seq;
