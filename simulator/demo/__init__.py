"""A believable month for trying the console: calls through the real handlers, with a clock that calls move on."""
