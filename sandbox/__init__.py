"""The outside world to try things with: a bank that pays nobody and can be made to fail."""
