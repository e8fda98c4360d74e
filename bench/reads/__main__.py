"""`python -m bench.reads`: the whole bench."""

from bench.reads.run import main

main()
