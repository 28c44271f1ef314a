"""The public page where a caller's code shows a proof of the call."""
