"""The way in: what needs no command line parser is done without one."""

import sys


def main() -> int:
    """Run the program on ``sys.argv``.

    Returns:
        The exit code; see the table in ``tutorcli/errors.py``.
    """
    from tutorcli.cli import outcome, session

    outcome.open_closed_streams()
    argv = session.start(sys.argv[1:])
    return outcome.of(lambda: _run(argv))


def _run(argv: list[str]) -> int:
    if argv == ["--version"]:
        from tutorcli import __version__

        sys.stdout.write(f"tutorcli {__version__}\n")
        return 0
    from tutorcli.cli import screens

    if wanted := screens.wanted(argv):
        return screens.show(wanted)
    if argv in (["--help"], ["-h"]):
        from tutorcli.cli.overview import overview

        sys.stdout.write(overview())
        return 0
    from tutorcli.cli.main import run

    return run(argv)


if __name__ == "__main__":
    sys.exit(main())
