"""The documents are true: pictures as drawn now, commands and settings all named, no file too long."""

import re
from pathlib import Path

import pytest

from service import config, pictures
from service.core.menu import Menu, fill

ROOT = config.ROOT
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_pictures_are_in_step(menu: Menu) -> None:
    """Else: make docs."""
    assert pictures.draw(menu)
    assert README.count("```mermaid") == 2


def test_a_changed_menu_changes_the_picture(menu: Menu, tmp_path: Path) -> None:
    copy = tmp_path / "README.md"
    copy.write_text("<!-- menu -->old<!-- /menu --> text <!-- floors --><!-- /floors -->", encoding="utf-8")

    assert not pictures.draw(menu, copy, write=True)
    assert pictures.draw(menu, copy)
    assert "missed_unsure" in copy.read_text(encoding="utf-8")


def test_every_setting_is_in_the_readme() -> None:
    names = {name for field in config._FIELDS.values() for name in field.names}

    assert {name for name in names if f"`{name}`" not in README} == set()


@pytest.mark.parametrize("saying", ["left", "back", "help"])
def test_the_texts_to_paste_into_twilio_are_ours(saying: str, menu: Menu) -> None:
    from service import content

    unfilled, _ = content.read(ROOT / config.DEFAULT_MENU)
    assert unfilled
    assert fill(unfilled, "BRAND", "PHONE", "URL").sayings[saying] in README


def test_links_lead_somewhere() -> None:
    for document in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{document.name}: {target}"


def test_sizes() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 60
    for path in (ROOT / "service").rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 250, path


def test_the_medicine_stands_in_the_menus_only() -> None:
    """Another medicine is another folder."""
    for path in (ROOT / "service").rglob("*"):
        if path.suffix in (".py", ".lua", ".md") and path.name != "config.py":
            assert "baclofen" not in path.read_text(encoding="utf-8").lower(), path


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_hashed_and_name_no_index(name: str) -> None:
    """Also for the Python of Debian 12, 3.11.2, which needs one package more."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pinned = [n for n, line in enumerate(lines) if "==" in line and not line.startswith("#")]

    assert all("--hash=sha256:" in lines[n + 1] for n in pinned)
    assert any(line.startswith("async-timeout==") and "3.11.3" in line for line in lines)
    assert not any("index" in line or "://" in line for line in lines if not line.lstrip().startswith("#"))
