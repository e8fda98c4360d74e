"""`python -m commands` is `aftercare`."""

from commands.cli import main

main()
