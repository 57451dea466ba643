"""BUILD022."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import program, writes, written_text
from shipway.model.project import Buildspec

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_SHAPES = {
    "imageDetail.json": (re.compile(r"\\?[\"']ImageURI\\?[\"']\s*:"), '{"ImageURI": "..."}'),
    "imagedefinitions.json": (
        re.compile(r"\\?[\"']imageUri\\?[\"']\s*:"),
        '[{"name": "...", "imageUri": "..."}]',
    ),
}


@rule(
    id="BUILD022",
    name="wrong-image-detail",
    family=Family.BUILD,
    title="Image file for the deployment has not the form that it must have",
    severity=Severity.ERROR,
    subject=Buildspec,
    since="0.1",
    rationale="The deployment looks for exactly one key: ImageURI in imageDetail.json, imageUri in "
    "imagedefinitions.json. With another spelling it fails, or finds no image.",
    remediation="Write the key as the file reference spells it.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - printf '{"imageUri":"%s"}' $IMAGE > imageDetail.json  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - printf '{"ImageURI":"%s"}' $IMAGE > imageDetail.json
""",
)
def wrong_image_detail(buildspec: Buildspec, _graph: PipelineGraph) -> Findings:
    """Only what echo, printf or a here-document writes can be read."""
    for file, (shape, form) in _SHAPES.items():
        for step in writes(buildspec, file):
            text = written_text(step)
            readable = program(step) in {"echo", "printf"} or step.invocation.stdin is not None
            # Without a colon the text is a variable, or comes from elsewhere.
            if readable and ":" in text and "{" in text and not shape.search(text):
                yield Finding(step.location, f"{buildspec.project} writes {file} without the form {form}")
