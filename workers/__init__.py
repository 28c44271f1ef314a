"""What happens behind a call: Celery, its tasks and schedule, and the outbox sweeper."""
