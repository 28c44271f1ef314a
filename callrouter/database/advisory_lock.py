"""The numbers of the database's advisory locks. Each lock has one, and no two may share it."""

from __future__ import annotations

from enum import IntEnum


class AdvisoryLock(IntEnum):
    """What is locked. The numbers are arbitrary; they must not change while processes run."""

    SCHEMA = 713_284_551
    """one process migrates at a time"""
    INVOICE_DELIVERIES = 713_284_552
    """the first of two numbers; the second is the hash of an invoice's name"""
    STAFF_ACCOUNTS = 713_284_553
    """acts on accounts wait for each other, so that each of them sees what the others did"""
    EVIDENCE_LOG = 713_284_554
    """one writer appends to the evidence log at a time"""
    TOTALS = 713_284_555
    """one web server exports the totals of the database as metrics"""
    REVEALS = 713_284_556
    """the first of two numbers; the second is the hash of the person who asks for callers' numbers"""
    VAULT_ROTATION = 713_284_557
    """one process rotates the vault key at a time"""
