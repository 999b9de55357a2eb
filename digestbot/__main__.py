"""The command line's entry: `digestbot` and `python -m digestbot`."""

from digestbot.cli import main

if __name__ == "__main__":
    main()
