DROP SEQUENCE bordereau_number_seq;
