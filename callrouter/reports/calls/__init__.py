"""Questions about calls: lists, one call, counts over a period."""
