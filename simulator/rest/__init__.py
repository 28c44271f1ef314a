"""The REST side of the simulated carrier: Twilio's API of 2010 for one account, as a WSGI application."""
