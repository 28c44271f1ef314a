"""The background work: Celery, its tasks and schedule, and the outbox sweeper."""
