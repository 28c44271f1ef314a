"""The pages of partners' people: what is their partner's, and nothing else (docs/decisions/0049).

Every view reads over `dependencies.reading_own`, whose connections see no row of another partner.
"""
