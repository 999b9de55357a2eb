"""The command line's entry: `digestbot` and `python -m digestbot`."""

import sys


def main() -> None:
    """Run the command in `sys.argv` and exit with its status."""
    try:
        # Imported here, so that Ctrl-C ends it without a word while the packages are being loaded, too.
        from digestbot import cli
    except KeyboardInterrupt:
        sys.exit(130)
    cli.main()


if __name__ == "__main__":
    main()
