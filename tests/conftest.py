"""Settings for all tests."""

from hypothesis import settings

# how long an example takes depends on what else the machine does; a test that hangs meets the timeout
settings.register_profile("steward", deadline=None)
settings.load_profile("steward")
