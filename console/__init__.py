"""The staff's door; so far its front page, and what a platform asks: alive, ready, metrics."""
