"""What timelines show."""
