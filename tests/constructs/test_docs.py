import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location("construct_docs", ROOT / "tools" / "construct_docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_say_what_the_docstrings_say(generator):
    there = {path.name: path.read_text(encoding="utf-8") for path in generator.DOCS.glob("*.md")}
    assert there == generator.pages(), "run `python tools/construct_docs.py`"


def test_an_argument_without_a_description_is_refused(generator, monkeypatch):
    monkeypatch.setattr(generator.library.Network, "__doc__", "A network.\n\nArgs:\n    naming: Names it.\n")
    with pytest.raises(LookupError, match="the argument scope has no description"):
        generator.pages()
