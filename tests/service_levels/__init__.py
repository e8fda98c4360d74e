"""What is promised, and the clocks that measure it."""
