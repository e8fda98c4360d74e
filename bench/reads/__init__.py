"""The bench of reads: the compiled read path beside PostGraphile, the usual way and hand-written SQL."""
