"""What we ask of a carrier, with Twilio behind it: calls, recordings, numbers, signatures."""
