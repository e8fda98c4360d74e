"""One line of history for the database: Tortoise's migrations, run by `aftercare migrate`."""
