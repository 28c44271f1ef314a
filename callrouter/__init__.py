"""The helpline's call routing: who answers a call, what the caller hears, what it costs, and the proof of it."""
