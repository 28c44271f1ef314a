"""Tests of what calls and entries come to."""
