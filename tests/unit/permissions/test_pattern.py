import pytest

from shipway.permissions.pattern import glob, literal
from shipway.permissions.symbols import Kind, Symbols
from shipway.permissions.truth import Truth

NO, UNKNOWN, YES = Truth.NO, Truth.UNKNOWN, Truth.YES

SYMBOLS = Symbols()
BUCKET = SYMBOLS.of(Kind.RESOURCE_NAME, "Bucket")
OTHER = SYMBOLS.of(Kind.RESOURCE_NAME, "Other")
REGION = SYMBOLS.of(Kind.NAME, "AWS::Region")
ACCOUNT = SYMBOLS.of(Kind.NAME, "AWS::AccountId")
PARAMETER = SYMBOLS.of(Kind.ANYTHING, "Parameter")
SIX = "".join(SYMBOLS.of(Kind.CHARACTER, f"six{index}") for index in range(6))


@pytest.mark.parametrize(
    ("pattern", "subject", "expected"),
    [
        ("*", "", YES),
        ("?", "", NO),
        ("a?c", "abc", YES),
        ("a*c", "abxc", YES),
        ("a*c", "abxd", NO),
        ("*b*b*", "abab", YES),
        ("a.c", "abc", NO),
        ("a*", "A", NO),
        ("parameter//app", "parameter/app", NO),
        ("${*}", "*", YES),
        ("${*}", "a", NO),
        ("${$}{x}", "${x}", YES),
        ("a\nb*", "a\nbc", YES),
    ],
)
def test_concrete_subject(pattern: str, subject: str, expected: Truth) -> None:
    assert glob(pattern).matches(subject) is expected


@pytest.mark.parametrize(
    ("pattern", "subject", "expected"),
    [
        (f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}", YES),
        (f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{OTHER}", NO),
        (f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/key", NO),
        (f"arn:aws:s3:::{BUCKET}/*", f"arn:aws:s3:::{BUCKET}", NO),
        (f"arn:aws:s3:::{BUCKET}/*", f"arn:aws:s3:::{BUCKET}/key", YES),
        (f"arn:aws:s3:::{BUCKET}*", f"arn:aws:s3:::{BUCKET}/key", YES),
        (f"arn:aws:s3:::{BUCKET}*", f"arn:aws:s3:::{OTHER}", UNKNOWN),
        ("arn:aws:s3:::*", f"arn:aws:s3:::{BUCKET}", YES),
        ("arn:aws:s3:::assets", f"arn:aws:s3:::{BUCKET}", UNKNOWN),
        ("arn:aws:s3:::assets/x", f"arn:aws:s3:::{BUCKET}", NO),
        (f"arn:aws:s3:::{BUCKET}", "arn:aws:s3:::assets", UNKNOWN),
        (f"arn:aws:sns:{REGION}:{ACCOUNT}:t", f"arn:aws:sns:{REGION}:{ACCOUNT}:t", YES),
        (f"arn:aws:sns:{REGION}:{ACCOUNT}:t", f"arn:aws:sns:{ACCOUNT}:{REGION}:t", UNKNOWN),
        (f"arn:aws:sns:eu-west-1:{ACCOUNT}:t", f"arn:aws:sns:{REGION}:{ACCOUNT}:t", UNKNOWN),
        (f"arn:aws:sns:{REGION}:{ACCOUNT}:t", f"arn:aws:sns:{REGION}:{ACCOUNT}:u", NO),
        (PARAMETER, "arn:aws:sns:eu-west-1:1:t", UNKNOWN),
        (PARAMETER, PARAMETER, YES),
        (f"app-{PARAMETER}", "web-1", NO),
        (f"secret:db-{SIX}", f"secret:db-{SIX}", YES),
        ("secret:db-??????", f"secret:db-{SIX}", YES),
        ("secret:db-?????", f"secret:db-{SIX}", NO),
        ("secret:db", f"secret:db-{SIX}", NO),
        ("secret:db*", f"secret:db-{SIX}", YES),
        (f"app-{BUCKET}", f"app-{OTHER}", NO),
        (f"{BUCKET}x", f"{OTHER}x", UNKNOWN),
        (f"a{BUCKET}", f"{OTHER}b", UNKNOWN),
        (f"{BUCKET}", f"a{BUCKET}", UNKNOWN),  # never equal, but no proof looks at lengths
    ],
)
def test_opaque_values(pattern: str, subject: str, expected: Truth) -> None:
    assert glob(pattern).matches(subject) is expected


def test_literal_has_no_wildcards() -> None:
    assert literal("a*").matches("a*") is YES
    assert literal("a*").matches("ab") is NO


def test_fold_ignores_case_on_both_sides() -> None:
    assert glob("S3:get*", fold=True).matches("s3:GetObject") is YES
    assert glob("S3:get*").matches("s3:GetObject") is NO


def test_many_stars_do_not_explode() -> None:
    assert glob("*a" * 40 + "b").matches("a" * 4000) is NO
    assert glob("*a" * 20 + "b").matches("a" * 200 + PARAMETER) is UNKNOWN
