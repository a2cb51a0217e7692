"""What holds for every test."""

import os

from hypothesis import settings

# CI draws the same examples every time; a person's machine goes on looking for new ones.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=200)
settings.load_profile("ci" if os.environ.get("CI") else "here")
