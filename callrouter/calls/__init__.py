"""The life of a call: its states, what the caller hears next, and what each callback does."""
