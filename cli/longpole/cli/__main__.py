"""`python -m longpole.cli` is the `longpole` command."""

from longpole.cli.main import main

if __name__ == "__main__":
    main()
