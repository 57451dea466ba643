import pytest

from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

NAMING = Naming("hello", "dev")


def test_a_name_is_service_resource_suffix():
    assert NAMING.name(Kind.PIPELINE, "pipeline") == "hello-pipeline-dev"


def test_a_prefix_stands_before_the_whole():
    assert NAMING.name(Kind.LOG_GROUP, "build", prefix="/aws/codebuild/") == "/aws/codebuild/hello-build-dev"


def test_a_path_starts_with_service_and_environment():
    assert NAMING.path(Kind.PARAMETER, "docker-hub", "password") == "/hello/dev/docker-hub/password"


def test_a_global_name_holds_the_account_within():
    assert NAMING.global_name(Kind.BUCKET, "artifacts", account="${A}") == "hello-artifacts-${A}-dev"


def test_a_placeholder_of_the_account_counts_as_its_digits():
    longest = Naming("h" * (63 - len("-artifacts-123456789012-dev")), "dev")
    longest.global_name(Kind.BUCKET, "artifacts", account="123456789012")
    longer = Naming(longest.service + "h", "dev")
    with pytest.raises(InputError, match="64 characters, 63 are allowed"):
        longer.global_name(Kind.BUCKET, "artifacts", account="${A}")


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.PARAMETER])
def test_each_kind_has_a_longest_name(kind):
    resource = "r" * (kind.longest - len("hello--dev"))
    assert len(NAMING.name(kind, resource)) == kind.longest
    with pytest.raises(InputError, match=rf"{kind.longest + 1} characters, {kind.longest} are allowed"):
        NAMING.name(kind, resource + "r")


def test_the_message_says_by_how_much_to_shorten():
    with pytest.raises(InputError, match="by 4") as refused:
        Naming("a-service-of-twenty-nine-chars", "dev").name(Kind.LOAD_BALANCER, "l")
    assert refused.value.value == "a-service-of-twenty-nine-chars-l-dev"


@pytest.mark.parametrize(
    "bad", ["", "Hello", "hello_world", "-hello", "hello-", "he--llo", "héllo", "a b", "a.b"]
)
def test_parts_that_some_name_refuses_are_refused(bad):
    with pytest.raises(InputError, match="service"):
        Naming(bad, "dev")
    with pytest.raises(InputError, match="environment suffix"):
        Naming("hello", bad)


def test_a_load_balancer_may_not_be_internal_by_name():
    with pytest.raises(InputError, match="load balancer must match"):
        Naming("internal-api", "dev").name(Kind.LOAD_BALANCER, "lb")


def test_the_pattern_is_a_property():
    naming = Naming("hello", "dev", pattern="acme-{suffix}-{service}-{resource}")
    assert naming.name(Kind.PIPELINE, "pipeline") == "acme-dev-hello-pipeline"
    assert naming.global_name(Kind.BUCKET, "artifacts", account="${A}") == "acme-dev-hello-artifacts-${A}"


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("{service}-{suffix}", "must hold {resource} once"),
        ("{service}-{resource}", "must hold {suffix} once"),
        ("{resource}-{suffix}", "must hold {service} once"),
        ("{service}-{service}-{resource}-{suffix}", "must hold {service} once"),
        ("{service}/{resource}-{suffix}", "single hyphens"),
        ("{service}--{resource}-{suffix}", "single hyphens"),
        ("Acme-{service}-{resource}-{suffix}", "lower-case"),
        ("{service}-{resource}-{suffix}-{x}", "single hyphens"),
    ],
)
def test_a_pattern_that_lets_names_collide_or_break_is_refused(pattern, message):
    with pytest.raises(InputError, match=message):
        Naming("hello", "dev", pattern=pattern)


LONG = Naming("a-service-of-more-than-thirty-characters", "staging", shorten=True)


def test_a_name_that_is_too_long_is_shortened_where_the_caller_says_so():
    blue, green = (LONG.name(Kind.TARGET_GROUP, colour) for colour in ("blue", "green"))
    assert blue == "a-service-of-more-than-c9fa840f"  # the same at every synthesis
    assert blue != green
    assert len(green) <= Kind.TARGET_GROUP.longest


def test_a_name_that_fits_stays_whole():
    assert LONG.name(Kind.PIPELINE, "pipeline") == f"{LONG.service}-pipeline-staging"


def test_a_prefix_is_never_cut():
    naming = Naming("s" * 505, "dev", shorten=True)
    assert naming.name(Kind.LOG_GROUP, "build", prefix="/aws/codebuild/").startswith("/aws/codebuild/s")


def test_a_shortened_name_in_the_worlds_namespace_keeps_the_account():
    naming = Naming("a-service-of-more-than-forty-characters-and-then-some", "dev", shorten=True)
    name = naming.global_name(Kind.BUCKET, "artifacts", account="123456789012")
    assert name.endswith("-123456789012")
    assert len(name) <= Kind.BUCKET.longest
    assert naming.global_name(Kind.BUCKET, "artifacts", account="${A}") == name.replace(
        "123456789012", "${A}"
    )


def test_environments_stay_apart_when_shortened():
    names = {
        Naming(LONG.service, suffix, shorten=True).name(Kind.TARGET_GROUP, "blue")
        for suffix in ("dev", "staging", "prod")
    }
    assert len(names) == 3
