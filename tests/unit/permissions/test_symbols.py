import pytest

from shipway.errors import UnsupportedError
from shipway.permissions.symbols import Kind, Symbols, is_opaque, kind_of


def test_same_label_same_character() -> None:
    symbols = Symbols()
    assert symbols.of(Kind.NAME, "AWS::Region") == symbols.of(Kind.NAME, "AWS::Region")
    assert symbols.of(Kind.NAME, "AWS::Region") != symbols.of(Kind.NAME, "AWS::AccountId")


@pytest.mark.parametrize("kind", list(Kind))
def test_a_character_tells_its_kind(kind: Kind) -> None:
    assert kind_of(Symbols().of(kind, "x")) is kind
    assert kind_of(chr(kind.value.last)) is kind


@pytest.mark.parametrize("ordinary", ["a", "\u00e9", "\u4e2d", "\U0001f600", "\ufdd0"])
def test_ordinary_characters_are_not_opaque(ordinary: str) -> None:
    assert kind_of(ordinary) is None
    assert not is_opaque(ordinary)


def test_shown_by_label() -> None:
    symbols = Symbols()
    text = f"arn:aws:s3:::{symbols.of(Kind.RESOURCE_NAME, 'Bucket')}/é"
    assert symbols.show(text) == "arn:aws:s3:::${Bucket}/é"
    assert symbols.show("plain") == "plain"


def test_more_values_than_characters_is_said() -> None:
    symbols = Symbols()
    room = Kind.CHARACTER.value.last - Kind.CHARACTER.value.first + 1
    for index in range(room):
        symbols.of(Kind.CHARACTER, str(index))
    with pytest.raises(UnsupportedError, match="more values open"):
        symbols.of(Kind.CHARACTER, "one too many")
