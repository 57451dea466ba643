from __future__ import annotations

import pytest

from shipway.localcloud.engines.docker_cli.options import UsageError
from shipway.localcloud.engines.docker_cli.template import TemplateError, render

DOCUMENT = {
    "Id": "sha256:ab",
    "RepoDigests": ["x@sha256:cd"],
    "Config": {"Env": ["A=1", "B=2"], "Labels": {"team": "me"}, "Cmd": None},
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.Id}}", "sha256:ab"),
        ("{{index .RepoDigests 0}}", "x@sha256:cd"),
        ("{{ (index .RepoDigests 0) }}!", "x@sha256:cd!"),
        ('{{index .Config.Labels "team"}}', "me"),
        ("{{json .Config.Env}}", '["A=1","B=2"]'),
        ("{{.Config.Env | json}} {{len .Config.Env}}", '["A=1","B=2"] 2'),
        ("{{.Config.Env}} {{.Config.Labels}} {{.Config.Cmd}}", "[A=1 B=2] map[team:me] <no value>"),
    ],
)
def test_the_templates_that_scripts_use(template, text):
    assert render(template, DOCUMENT) == text


@pytest.mark.parametrize("template", ["{{index .RepoDigests 1}}", "{{.Nope}}"])
def test_what_is_not_there_is_an_error_as_in_docker(template):
    with pytest.raises(TemplateError, match=r"^template: "):
        render(template, DOCUMENT)


@pytest.mark.parametrize(
    "template", ["{{range .Config.Env}}{{.}}{{end}}", "{{if .Id}}x{{end}}", "{{split .Id}}"]
)
def test_more_than_that_is_refused_and_not_guessed(template):
    with pytest.raises(UsageError, match="more than Shipway's docker understands"):
        render(template, DOCUMENT)
