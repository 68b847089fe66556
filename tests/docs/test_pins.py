"""The pinned requirements install anywhere, and are what pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.docs.pages import ROOT, text

FILES = ("requirements.txt", "requirements-dev.txt", "requirements-ray.txt")
LINE = re.compile(r"#.*|[a-z0-9.-]+==[^\s@]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?|    #.*|")
ENVIRONMENTS = [
    {"python_version": version, "python_full_version": f"{version}.5", "sys_platform": platform}
    | {"platform_system": system, "os_name": "posix", "implementation_name": "cpython"}
    | {"platform_python_implementation": "CPython", "platform_machine": machine}
    for version in ("3.11", "3.12", "3.13")
    for platform, system, machine in (("linux", "Linux", "x86_64"), ("darwin", "Darwin", "arm64"))
]


def pins(file: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+) \\$", text(file), re.MULTILINE))


@pytest.mark.parametrize("file", FILES)
def test_pins_name_no_place(file: str) -> None:
    for line in text(file).splitlines():
        assert re.fullmatch(
            r"#.*|[a-z0-9.-]+==[^\s@]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?|    #.*|", line
        )
        assert "/" not in line
    assert len(re.findall(r"^\S+==", text(file), re.MULTILINE)) == len(pins(file))


def test_other_pins_extend_the_runtime_pins() -> None:
    runtime, development, ray = map(pins, FILES)
    assert runtime.items() < ray.items() <= development.items()


def test_pins_satisfy_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for file, asked in (
        (FILES[0], project["dependencies"]),
        (FILES[1], project["dependencies"] + project["optional-dependencies"]["dev"]),
        (FILES[2], project["dependencies"] + project["optional-dependencies"]["ray"]),
    ):
        pinned = pins(file)
        for requirement in map(Requirement, asked):
            assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)])


def test_pins_are_complete_for_other_pythons_and_systems() -> None:
    """With hashes, pip refuses what is not pinned: a dependency of Python 3.13 only must be there too."""
    pinned = pins(FILES[1])
    missing = {
        f"{name} needs {requirement}"
        for name in pinned
        for requirement in _requirements(name)
        for environment in ENVIRONMENTS
        if (requirement.marker is None or requirement.marker.evaluate({**environment, "extra": ""}))
        and canonicalize_name(requirement.name) not in pinned
    }
    assert missing == set()


def _requirements(name: str) -> list[Requirement]:
    try:
        return [Requirement(line) for line in requires(name) or ()]
    except PackageNotFoundError:
        return []
