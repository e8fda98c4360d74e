"""The kernel: what every room stands on and that knows none (money, clock, actors, transactions, compiled reads)."""
