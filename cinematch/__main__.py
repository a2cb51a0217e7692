"""`python -m cinematch` is the command `cinematch`."""

from cinematch.cli import main

if __name__ == "__main__":
    main()
