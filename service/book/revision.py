"""What git knows of a folder: its revision, and its files as they were in another one."""

import subprocess
from pathlib import Path
from typing import Final

_LONGEST: Final = 30.0


class Unknown(Exception):
    """Git, or what was asked of it, is not there; the message says which."""


def git(folder: Path, *arguments: str) -> str:
    """What a git command prints, run in a folder. Raises `Unknown`."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, timeout=_LONGEST, check=False)
        if done.returncode:
            raise Unknown((done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git failed"])[-1])
        return done.stdout.decode("utf-8")
    except (OSError, ValueError, subprocess.TimeoutExpired) as fault:
        raise Unknown(f"git cannot be asked: {fault}") from fault


def of(folder: Path, revision: str = "HEAD") -> str:
    """A revision's short name. Raises `Unknown`."""
    return git(folder, "rev-parse", "--verify", "--short", "--end-of-options", f"{revision}^{{commit}}").splitlines()[-1]


def here(folder: Path) -> str:
    """The revision a folder's menu was taken from, and whether it was changed since; "" where there is none."""
    try:
        changed = git(folder, "status", "--porcelain", "--", ".", "../common")
        return of(folder) + (", with changes that are not committed" if changed.strip() else "")
    except Unknown:
        return ""


def day(folder: Path, revision: str) -> str:
    """The day a revision was made: "2026-11-23". Raises `Unknown`."""
    return git(folder, "log", "-1", "--format=%cs", revision).strip()


def files(folder: Path, revision: str) -> set[str]:
    """The files beside a folder's menu and of what is common, in a revision: "en.toml", "../common/en.toml". Raises `Unknown`."""
    return set(git(folder, "ls-tree", "--name-only", "-z", revision, "./", "../common/").split("\0"))
