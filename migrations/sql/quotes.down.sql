DROP TRIGGER recommendation_stands ON recommendation;
DROP FUNCTION recommendation_stands();
