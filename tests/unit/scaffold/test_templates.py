"""What holds for each revision of the template as it stands in the package."""

import re

import pytest
import yaml

from shipway.scaffold.templates import TEMPLATES, revisions

PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def test_revisions_come_in_the_order_of_their_numbers(tmp_path):
    for name in ("v10", "v2", "v1", "notes"):
        (tmp_path / name).mkdir()
    assert revisions(tmp_path) == ("v1", "v2", "v10")


@pytest.mark.parametrize("revision", revisions())
def test_a_project_says_which_revision_it_is_of(revision):
    answers = TEMPLATES / revision / "project" / ".copier-answers.yml.jinja"
    assert f"\n_commit: {revision}\n" in answers.read_text()


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("workflows/*.yml")), ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_and_jobs_get_no_right_they_do_not_use(path):
    text = path.read_text()
    used = [line.partition("uses: ")[2] for line in text.splitlines() if "uses: " in line]
    assert used
    assert [use for use in used if not use.startswith("./") and not PINNED.fullmatch(use)] == []
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for job in workflow["jobs"].values():
        deploys = "environment" in job or job.get("uses", "").endswith("deploy.yml")
        assert ("id-token" in job.get("permissions", {})) is deploys


def test_environments_are_deployed_one_after_the_other():
    path = TEMPLATES / revisions()[-1] / "project" / ".github" / "workflows" / "deliver.yml"
    jobs = yaml.safe_load(path.read_text())["jobs"]
    assert {name: job.get("needs") for name, job in jobs.items()} == {
        "test": None,
        "dev": "test",
        "staging": "dev",
        "prod": "staging",
    }
    assert jobs["dev"]["if"] == "github.event_name == 'push'"  # and so neither of the others
