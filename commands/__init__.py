"""The `aftercare` command line: the only place that composes everything."""
