"""What holds for all tests."""

from hypothesis import settings

settings.register_profile("digestbot", deadline=None, print_blob=True)
settings.load_profile("digestbot")  # how long an example takes tells of the machine; growth is tested apart
