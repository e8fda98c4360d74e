"""What repairs show and do."""
