"""``shipway check`` as it is called: paths in, a report and an exit code out."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

import pytest

from shipway.checks import registry
from shipway.cli import app

BAD = """\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !Sub "alerts-${AWS::StackName}"}
"""
GOOD = "Resources: {Queue: {Type: 'AWS::SQS::Queue'}}\n"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def write(tmp_path):
    def do(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return name

    return do


def check(capsys, *arguments):
    code = app.main(["check", *arguments])
    return code, *capsys.readouterr()


def test_findings_are_exit_code_1_and_go_to_stdout(write, capsys):
    code, out, err = check(capsys, write("t.yml", BAD))
    assert code == 1
    assert "t.yml:2:3" in out
    assert err == ""


def test_nothing_found_is_0(write, capsys):
    assert check(capsys, write("t.yml", GOOD)) == (
        0,
        "0 errors, 0 warnings, 0 undetermined in 1 template\n",
        "",
    )


def test_a_directory_is_searched(write, capsys):
    write("infra/a.yml", BAD)
    write("infra/deep/b.json", '{"Resources": {}}')
    write("infra/other.yml", "on: push\n")
    write("infra/node_modules/c.yml", BAD)
    code, out, _ = check(capsys, "--format", "json")
    assert code == 1
    assert json.loads(out)["templates"] == ["infra/a.yml", "infra/deep/b.json"]


def test_standard_input(monkeypatch, capsys):
    class Stdin:
        class buffer:  # noqa: N801 -- that is its name
            @staticmethod
            def read(_most):
                return BAD.encode()

    monkeypatch.setattr(sys, "stdin", Stdin)
    code, out, _ = check(capsys, "-")
    assert code == 1
    assert "-:2:3" in out


def test_a_broken_template_is_2_and_the_others_are_checked(write, capsys):
    code, out, err = check(capsys, write("broken.yml", "Resources:\n  A: }\n"), write("t.yml", BAD))
    assert code == 2
    assert "broken.yml:2:6: the file is not YAML" in out
    assert "t.yml:2:3" in out
    assert err == ""
    code, out, err = check(capsys, "broken.yml", "t.yml", "--format", "json")
    assert code == 2
    assert json.loads(out)["summary"]["warning"]
    assert err.startswith("shipway: broken.yml:2:6: the file is not YAML")


def test_a_rule_that_crashes_is_4_and_the_others_are_asked(write, capsys, monkeypatch):
    rules = registry.all_rules()
    index = next(n for n, rule in enumerate(rules) if rule.name == "topic-without-subscription")

    def crash(_subject, _graph):
        raise RuntimeError("bang")

    broken = (*rules[:index], rules[index]._replace(check=crash), *rules[index + 1 :])
    monkeypatch.setattr(registry, "all_rules", lambda: broken)
    code, out, err = check(
        capsys, write("t.yml", BAD + GOOD.replace("Resources: {", "  ").replace("}}\n", "}\n"))
    )
    assert code == 4
    assert f"rule {rules[index].id} crashed on topic at t.yml:2:3: this is a bug of Shipway" in out
    assert "RuntimeError: bang" in err


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 1),
        (("--fail-on", "error"), 0),
        (("--fail-on", "never"), 0),
        (("--select", "ALERT", "--ignore", "alerts"), 0),
        (("--select", "ALERT001", "--select", "removal"), 1),
        (("--select", "removal"), 0),
        (("--select", "ALERT"), 1),
        (("--select", "nonsense"), 2),
        (("--fail-on", "nonsense"), 2),
        (("--config", "absent.toml"), 2),
    ],
)
def test_options(write, capsys, options, code):
    assert check(capsys, write("t.yml", BAD), *options)[0] == code


def test_options_win_over_the_configuration(write, capsys):
    write("shipway.toml", '[check]\nfail-on = "never"\n')
    write("t.yml", BAD)
    assert check(capsys, "t.yml")[0] == 0
    assert check(capsys, "t.yml", "--fail-on", "warning")[0] == 1


def test_a_configuration_may_be_named(write, capsys):
    write("strict.toml", '[check]\nselect = ["removal"]\n')
    assert check(capsys, write("t.yml", BAD), "--config", "strict.toml")[0] == 0


def test_rules_are_listed_and_explained(capsys):
    assert app.main(["rules"]) == 0
    listed = capsys.readouterr().out
    assert len(listed.splitlines()) == len(registry.all_rules())
    assert "missing-auto-rollback" in listed
    assert app.main(["rules", "BG008"]) == 0
    assert capsys.readouterr().out.startswith("# BG008 missing-auto-rollback\n")
    assert app.main(["rules", "nonsense"]) == 2


def bomb(levels):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(
        [*lines, f"Resources: {{A: {{Type: 'AWS::IAM::Role', Properties: {{Policies: *a{levels - 1}}}}}}}"]
    )


def nested(levels):
    return '{"Resources": ' + '{"a": ' * levels + "1" + "}" * levels + "}"


def large():
    statements = [
        {"Effect": "Allow", "Action": ["s3:GetObject", "ecr:*"], "Resource": [f"b{n}" for n in range(20)]}
    ]
    role = {"Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": statements}}]}
    return json.dumps(
        {"Resources": {f"R{n}": {"Type": "AWS::IAM::Role", "Properties": role} for n in range(500)}}, indent=2
    )


def conditions():
    parameters = {f"P{n}": {"Type": "String", "AllowedValues": ["a", "b", "c"]} for n in range(60)}
    each = {f"D{n}": {"Fn::Equals": [{"Ref": f"P{n}"}, "b"]} for n in range(60)}
    chain = {f"C{n}": {"Fn::Or": [{"Condition": f"C{n + 1}"}] * 2} for n in range(60)}
    return json.dumps({"Parameters": parameters, "Conditions": {**each, **chain}, "Resources": {}})


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", 2, "no CloudFormation template"),
        ("[]", 2, "no CloudFormation template"),
        ('{"Resources": 3}', 2, "no CloudFormation template"),
        ("Resources: &a {A: *a}", 2, "1:12: an alias holds itself"),
        (bomb(9), 2, "values once aliases are expanded"),
        (bomb(5), 1, "in 1 template"),
        (nested(100_000), 2, "nested deeper"),
        ("Resources: " + "[" * 100_000, 2, "nesting depth"),
        (
            "Resources: {A: {Type: 'AWS::SNS::Topic', Properties: {TopicName: !Sub '"
            + "${A" * 100_000
            + "'}}}",
            1,
            "in 1 template",
        ),
        (large(), 1, "in 1 template"),
        (large().replace("\n", "\n" * 3000), 2, "the file has more than"),
        (conditions(), 0, "in 1 template"),
    ],
    ids=lambda value: None if isinstance(value, int) else str(value)[:12].replace("\n", " "),
)
def test_time_and_memory_are_bounded(write, text, code, said):
    """Some seconds of processor time and 500 MB are far above what any of these takes."""

    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
        resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))

    done = subprocess.run(
        [sys.executable, "-m", "shipway", "check", write("t.yml", text)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    assert done.returncode == code, done.stderr[-500:]
    assert said in done.stdout
