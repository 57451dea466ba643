import pytest

from shipway.localcloud.services.codepipeline.variables import UnresolvedVariableError, resolve

NAMESPACES = {"codepipeline": {"PipelineExecutionId": "42"}, "Source@1": {"CommitId": "abc"}}


def test_references_are_replaced_wherever_they_stand():
    configuration = {
        "A": "x-#{codepipeline.PipelineExecutionId}-#{Source@1.CommitId}",
        "B": "#{not a reference}",
    }
    assert resolve(configuration, NAMESPACES) == {"A": "x-42-abc", "B": "#{not a reference}"}


@pytest.mark.parametrize("text", ["#{Build.Tag}", "#{codepipeline.Nothing}"])
def test_reference_to_nothing_fails(text: str):
    with pytest.raises(UnresolvedVariableError, match="was not produced by any action"):
        resolve({"A": text}, NAMESPACES)
