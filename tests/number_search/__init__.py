"""Thousands of callers' numbers go through everything, as processes; then everything that is at rest, or has left a
process, is searched for them. `make soak-numbers` does it with 10,000 numbers; a short one is among the tests.
"""
