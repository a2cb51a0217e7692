"""Use cases of accounts: passwords, access tokens, sessions, the accounts themselves."""
