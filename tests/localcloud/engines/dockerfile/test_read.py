from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipway.localcloud.engines.dockerfile.read import KEYWORDS, DockerfileError, read_dockerfile


def read(text):
    return read_dockerfile(text).instructions


def test_lines_are_joined_comments_in_between_dropped_and_the_first_line_is_named():
    (_, run) = read("FROM x\n\n# why\nRUN a \\\n  # not this\n\n  && b\n")
    assert (run.line, run.keyword, run.text) == (4, "RUN", "a   && b")


def test_flags_stand_before_the_arguments():
    (_, copy) = read("FROM x\nCOPY --from=builder --link --chown=1:2 a b\n")
    assert copy.flags == (("from", "builder"), ("link", "true"), ("chown", "1:2"))
    assert copy.text == "a b"


def test_the_json_form_is_told_from_what_only_looks_like_it():
    (_, exact, sloppy) = read("""FROM x\nCMD ["a", "b c"]\nCMD ['a']\n""")
    assert exact.array == ("a", "b c")
    assert sloppy.array is None


def test_the_escape_directive_changes_continuation():
    dockerfile = read_dockerfile("# escape=`\nFROM x\nRUN a `\n  b\nENV P=c:\\\n")
    assert dockerfile.escape == "`"
    assert [each.text for each in dockerfile.instructions] == ["x", "a   b", "P=c:\\"]


@pytest.mark.parametrize("line", ["RUN <<EOF", "RUN python - <<'EOF'", "COPY <<-EOF /x"])
def test_a_here_document_is_refused_and_says_what_to_do(line):
    with pytest.raises(DockerfileError, match=r"line 2: .*here-document.*docker engine"):
        read(f"FROM x\n{line}\nhello\nEOF\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FROM x\nFRMO y\n", "line 2: unknown instruction: FRMO"),
        ("FROM x\nRUN\n", "line 2: RUN requires at least one argument"),
        ("RUN x\nFROM y\n", "line 1: no build stage"),
        ("ARG A=1\n", "no FROM"),
        ("", "no FROM"),
    ],
)
def test_errors_name_the_line(text, message):
    with pytest.raises(DockerfileError, match=message):
        read(text)


@given(
    st.text()
    | st.lists(st.sampled_from([*KEYWORDS, "\\", "\n", '["a"]', "--x=y", "<<E", " ", "# c"])).map("".join)
)
def test_any_text_is_read_or_refused(text):
    with suppress(DockerfileError):
        instructions = read(text)
        lines = [each.line for each in instructions]
        assert lines == sorted(set(lines))
        assert all(each.text and each.keyword in KEYWORDS for each in instructions)
