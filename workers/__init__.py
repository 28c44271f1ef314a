"""What happens behind a call: Celery, the bell that rings it, and the relay that makes a lost ring good."""
