"""The carrier's door: signed webhooks in, TwiML out."""
