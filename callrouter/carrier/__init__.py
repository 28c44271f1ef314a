"""The carrier: Twilio's REST API for calls, recordings and numbers; and its signatures."""
