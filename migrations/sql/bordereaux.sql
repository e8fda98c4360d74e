-- Numbers for people; gaps are allowed.
CREATE SEQUENCE bordereau_number_seq;
