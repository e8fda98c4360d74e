"""The kernel: what every room stands on and that knows no room (money, clock, actors, transactions, the compiled reads)."""
