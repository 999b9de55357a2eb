"""A Discord bot that posts a reading group's new papers every week and answers for them."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("digestbot")
except PackageNotFoundError:  # a checkout that was not installed
    __version__ = "0.0.0"
