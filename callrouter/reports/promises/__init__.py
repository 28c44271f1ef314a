"""Questions about promises: lists, figures, how they ended."""
