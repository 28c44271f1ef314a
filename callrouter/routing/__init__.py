"""Who is rung next, and why: eligibility, rotation, decision."""
