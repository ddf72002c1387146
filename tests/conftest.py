"""What holds for all tests."""

import os

from hypothesis import settings

# On a shared machine a deadline says more of the neighbours than of the code. Where a change is judged (CI=true) the
# examples are the same every time, so that luck decides nothing; everywhere else they are new ones.
settings.register_profile("judged", deadline=None, derandomize=True)
settings.register_profile("patient", deadline=None)
settings.load_profile("judged" if os.environ.get("CI") else "patient")
