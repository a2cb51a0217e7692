"""Accounts: who one is, how one shows it, and how one leaves."""
