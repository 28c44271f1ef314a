"""A week of a helpline, played on one clock: thousands of calls, and every promise that was made on them followed to
its end. `make week` plays it whole; a short one is among the tests.
"""
