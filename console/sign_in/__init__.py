"""How staff sign in to the console, and look after their own account and those of others."""

from console.sign_in.staff_sign_in import StaffSignIn

__all__ = ["StaffSignIn"]
