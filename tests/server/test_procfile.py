"""The Procfile names the processes, and all that the house has are in it."""

from pathlib import Path

import pytest

from server.supervisor.procfile import read_procfile

ROOT = Path(__file__).parents[2]


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "Procfile"
    path.write_text(text)
    return path


def test_commands_are_read_in_order(tmp_path: Path) -> None:
    path = written(tmp_path, "# all of them\n\nweb: python -m http.server\nbeat:  tick --every 1\n")
    assert list(read_procfile(path).items()) == [("web", "python -m http.server"), ("beat", "tick --every 1")]


@pytest.mark.parametrize("text", ["", "web", "web:\n", "web: x\nnot a line\n"])
def test_anything_else_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="name: command"):
        read_procfile(written(tmp_path, text))


def test_every_kind_of_process_is_in_the_procfile() -> None:
    assert set(read_procfile(ROOT / "Procfile")) == {
        "release",
        "web",
        "console",
        "worker",
        "beat",
        "external",
        "outbox_sweeper",
    }
