"""Staff accounts: who may sign in to the console, and what each of them may do there."""
