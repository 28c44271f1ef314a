"""Disputes: partners' objections to charges, and the decisions about them."""
