"""Shell texts as they stand in buildspecs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipway.model.build import Invocation
from shipway.template.shell import read_shell


def programs(text: str) -> list[str]:
    return [" ".join(found.words) for found in read_shell(text)]


def test_a_login_by_pipe() -> None:
    ask, login = read_shell(
        'aws ecr get-login-password --region $REGION | docker login -u AWS --password-stdin "$HOST"'
    )
    assert ask.words == ("aws", "ecr", "get-login-password", "--region", "$REGION")
    assert ask.variables == {"REGION"}
    assert login.reads_from == 0
    assert login.words == ("docker", "login", "-u", "AWS", "--password-stdin", "$HOST")


def test_a_push_that_depends_on_a_test() -> None:
    found = read_shell('[ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ] && docker push $URI')
    assert found[1].guards == ('[ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ]',)


def test_both_ways_of_an_if_know_their_condition() -> None:
    found = read_shell("if make test; then\n  docker push a\nelif b; then c\nelse\n  exit 1\nfi; echo end")
    assert [(i.program, i.guards) for i in found] == [
        ("make", ()),
        ("docker", ("make test",)),
        ("b", ("! make test",)),
        ("c", ("! make test", "b")),
        ("exit", ("! make test", "! b")),
        ("echo", ()),
    ]
    assert found[1].line == 2


def test_quotes_variables_and_substitutions() -> None:
    (tag, git) = read_shell("""docker tag 'a b' "$URI:$(git rev-parse --short HEAD)" c\\ d '$NOT'""")
    assert tag.arguments == ("tag", "a b", "$URI:$(git rev-parse --short HEAD)", "c d", "$NOT")
    assert tag.variables == {"URI"}
    assert git == Invocation("git", ("rev-parse", "--short", "HEAD"), inside=0)


def test_options_with_their_values() -> None:
    (build,) = read_shell("docker buildx build --push --platform=linux/arm64 -t a -t b --load=false .")
    assert build.option("--platform") == "linux/arm64"
    assert build.option("-t", "--tag") == "b"
    assert build.option("--output") is None
    assert build.flag("--push")
    assert not build.flag("--load")


def test_files_written_and_documents_read() -> None:
    cat, printf = read_shell("cat > a.json <<EOF\n{}\nEOF\nprintf '[]' 2>/dev/null >> b.json 2>&1")
    assert (cat.writes_to, cat.stdin) == (("a.json",), "{}\n")
    assert printf.writes_to == ("/dev/null", "b.json")
    assert printf.line == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cd app && make\\\n all # comment", ["cd app", "make all"]),
        ("for i in $(docker ps -q); do docker rm $i; done", ["docker ps -q", "docker rm $i"]),
        ("case $X in a|b) docker pull y ;; *) true;; esac; z", ["docker pull y", "true", "z"]),
        ("f() { docker tag a b; }; f", ["docker tag a b", "f"]),
        ("(cd x; ls) | wc -l", ["cd x", "ls", "wc -l"]),
        ("! while read l; do echo `date`; done < f", ["read l", "echo `date`", "date"]),
        ("A=1 B=2 make &", ["make"]),
        ("echo ${A:-$(date)} $((1+2))", ["echo ${A:-$(date)} $((1+2))"]),
    ],
)
def test_programs_in_their_order(text: str, expected: list[str]) -> None:
    assert programs(text) == expected


def test_assignments_and_exports() -> None:
    found = read_shell("TAG=$(date) ; export URI=a:$TAG NAME; X=1 make")
    assert [i.assignments for i in found] == [
        (("TAG", "$(date)"),),
        (),
        (("URI", "a:$TAG"),),
        (("X", "1"),),
    ]


@pytest.mark.parametrize(
    "piece", ["if ", "(", "{ ", "$(", '"$(', "case x in ", "! ", "`", "a && ", "<<E ", "for "]
)
def test_deep_nesting_ends(piece: str) -> None:
    read_shell(piece * 3000)


@given(st.text(alphabet="ab $(){}\"'`\\\n;|&<>=#!") | st.text())
def test_nothing_makes_it_raise(text: str) -> None:
    lines = text.count("\n") + 1
    assert all(1 <= found.line <= lines for found in read_shell(text))
