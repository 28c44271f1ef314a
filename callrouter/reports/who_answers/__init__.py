"""Who answers the calls, as everybody may read it."""
