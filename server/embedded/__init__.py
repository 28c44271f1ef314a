"""The embedded servers of `make run`: PostgreSQL and Valkey, each from a wheel, on private sockets."""
