"""The public page of who answers the calls, and its signed JSON."""
