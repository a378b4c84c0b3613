"""How long each way into the program takes, in milliseconds: best of N, a bare interpreter beside it.

Usage: python scripts/startup.py [N]
"""

import os
import subprocess
import sys
import time

WAYS = {
    "bare interpreter": ["-c", "pass"],
    "import tutorcli": ["-c", "import tutorcli"],
    "tutorcli --version": ["-m", "tutorcli", "--version"],
    "tutorcli --help": ["-m", "tutorcli", "--help"],
    "tutorcli queue --help": ["-m", "tutorcli", "queue", "--help"],
    "import tutorcli.tui.app": ["-c", "import tutorcli.tui.app"],
}


def run_ms(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1000


def main(argv: list[str]) -> int:
    rounds = int(argv[0]) if argv else 11
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    best = dict.fromkeys(WAYS, float("inf"))
    # Interleaved, so that a slow moment of the machine hits every way.
    for _ in range(rounds):
        for name, arguments in WAYS.items():
            best[name] = min(best[name], run_ms(arguments))
    for name, elapsed_ms in best.items():
        print(f"{elapsed_ms:7.1f} ms  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
