"""Questions about who is rung: shares, centers at this moment, coverage, effects of a change."""
