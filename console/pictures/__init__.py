"""The page Pictures: what calls, promises and charges of a period look like, with the tables behind."""

from console.pictures.page import pictures_pages

__all__ = ["pictures_pages"]
