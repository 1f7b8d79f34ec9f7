"""What each command of the command line does; with it the only place that prints."""
