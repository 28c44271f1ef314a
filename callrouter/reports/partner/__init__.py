"""Questions of a partner, over a connection that shows that partner's rows alone (docs/decisions/0049)."""
