"""The sample directory: made-up partners, centers and numbers, to try everything with."""

from __future__ import annotations

from importlib.resources import files

from callrouter.directory.directory_file.read import DirectoryFile, read_directory_file

FILE = "sample.yaml"


def sample_directory() -> DirectoryFile:
    """The file, read and checked."""
    return read_directory_file(sample_text(), "the sample")


def sample_text() -> str:
    """The file as it is written, with its comments."""
    return (files("callrouter.directory") / FILE).read_text()
