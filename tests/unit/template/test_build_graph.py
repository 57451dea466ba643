"""Templates become graphs: readings, imports, nested stacks, and names that find their resource."""

from __future__ import annotations

from shipway.model.alerts import Topic
from shipway.model.graph import PipelineGraph
from shipway.model.pipeline import Pipeline
from shipway.model.project import Project
from shipway.model.release import DeploymentGroup
from shipway.model.storage import Bucket
from shipway.model.value import Cause, Known, Unresolved, known
from shipway.template.build_graph import build_graphs
from shipway.template.read import parse_template


def graphs(**templates: str) -> list[PipelineGraph]:
    return list(build_graphs([parse_template(text, name) for name, text in templates.items()]))


def test_each_reading_decides_every_condition() -> None:
    found = graphs(
        t="""
Parameters:
  Environment: {Type: String, Default: dev, AllowedValues: [dev, staging, prod]}
Conditions:
  IsProd: !Equals [!Ref Environment, prod]
Resources:
  Kept: {Type: AWS::S3::Bucket, Condition: IsProd}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !If [IsProd, !Sub "alerts-${Environment}", !Ref AWS::NoValue]}
"""
    )
    assert [graph.reading for graph in found] == ["", "when Environment is prod"]
    assert [len(graph.all(Bucket)) for graph in found] == [0, 1]
    assert [known(graph.all(Topic)[0].name) for graph in found] == [None, "alerts-prod"]


def test_a_condition_on_an_open_parameter_is_seen_both_ways() -> None:
    found = graphs(
        t="""
Parameters: {Mail: {Type: String, Default: ""}}
Conditions: {HasMail: !Not [!Equals [!Ref Mail, ""]]}
Resources: {Topic: {Type: AWS::SNS::Topic, Condition: HasMail}}
"""
    )
    assert [(graph.reading, len(graph.all(Topic))) for graph in found] == [("", 0), ("when Mail is given", 1)]


PROJECT = """
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties: {Name: !Sub "${AWS::StackName}-build"}
  Named:
    Type: AWS::CodeBuild::Project
    Properties: {Name: hello-build}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Provider: CodeBuild}
              Configuration: {ProjectName: %s}
"""


def project_of(expression: str) -> object:
    graph = graphs(t=PROJECT % expression)[0]
    found = graph.project_of(graph.all(Pipeline)[0].actions[0])
    return found.logical_id if isinstance(found, Project) else found


def test_a_project_is_found_by_reference_name_and_arn() -> None:
    assert project_of("!Ref Build") == "Build"
    assert project_of("hello-build") == "Named"
    assert project_of('!Sub "${AWS::StackName}-build"') == "Build"
    assert project_of('!Join ["-", [hello, build]]') == "Named"
    assert project_of("arn:aws:codebuild:eu-west-1:111111111111:project/hello-build") == "Named"
    assert project_of('!Sub "arn:aws:codebuild:${AWS::Region}:${AWS::AccountId}:project/${Build}"') == "Build"


def test_a_name_that_nobody_bears_is_outside() -> None:
    for expression in ("hello-biuld", '!Sub "${AWS::StackName}-biuld"'):
        found = project_of(expression)
        assert isinstance(found, Unresolved)
        assert found.cause is Cause.OUTSIDE


def test_an_import_is_followed_to_the_stack_that_exports() -> None:
    exporting = """
Resources: {Build: {Type: AWS::CodeBuild::Project}}
Outputs: {Build: {Value: !Ref Build, Export: {Name: hello-build-project}}}
"""
    importing = PROJECT.replace("Build:\n    Type: AWS::CodeBuild", "Other:\n    Type: AWS::CodeBuild")
    graph = graphs(a=importing % "!ImportValue hello-build-project", b=exporting)[0]
    found = graph.project_of(graph.all(Pipeline)[0].actions[0])
    assert isinstance(found, Project)
    assert (found.stack, found.logical_id) == ("b", "Build")


def test_an_import_from_a_stack_that_was_not_given_is_unresolved() -> None:
    found = project_of("!ImportValue elsewhere")
    assert isinstance(found, Unresolved)
    assert found.cause is Cause.IMPORTED


def test_nested_stacks_pass_parameters_down_and_outputs_up() -> None:
    parent = """
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yml, Parameters: {BucketName: !Ref Artifacts}}
  Artifacts: {Type: AWS::S3::Bucket}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties: {ArtifactStore: {Location: !GetAtt Child.Outputs.Store}}
"""
    child = """
Parameters: {BucketName: {Type: String}}
Resources: {Topic: {Type: AWS::SNS::Topic}}
Outputs: {Store: {Value: !Ref BucketName}}
"""
    templates = [parse_template(parent, "parent"), parse_template(child, "child")]
    graph = next(iter(build_graphs(templates, nested={("parent", "Child"): "child"})))
    store = graph.all(Pipeline)[0].stores[0]
    found = graph.find(store.bucket, Bucket)
    assert isinstance(found, Bucket)
    assert found.logical_id == "Artifacts"


def test_stacks_that_import_in_a_circle_end() -> None:
    circle = "Resources: {{}}\nOutputs: {{X: {{Value: !ImportValue {0}, Export: {{Name: {1}}}}}}}"
    found = graphs(a=circle.format("two", "one"), b=circle.format("one", "two"))[0]
    assert all(isinstance(output.value, Unresolved) for stack in found.stacks for output in stack.outputs)


def test_a_list_that_cannot_be_seen_is_not_empty() -> None:
    graph = graphs(
        t="""
Parameters: {Groups: {Type: "List<String>"}}
Resources:
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ECSServices: !Ref Groups
      AutoRollbackConfiguration: {Enabled: "true", Events: [DEPLOYMENT_FAILURE, !Ref AWS::NoValue]}
"""
    )[0]
    group = graph.all(DeploymentGroup)[0]
    assert not group.services
    assert not group.services.complete
    assert group.rollback.enabled == Known(True)  # noqa: FBT003 -- the value under test
    assert group.rollback.events == (Known("DEPLOYMENT_FAILURE"),)
    assert group.rollback.events.complete


def test_what_stands_below_an_expression_is_unknown_and_not_absent() -> None:
    template = """
Conditions: {Imported: !Equals [!ImportValue stage, !ImportValue live]}
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      LoadBalancerInfo: !ImportValue balancing
      AutoRollbackConfiguration: !If [Imported, {Enabled: true}, !Ref AWS::NoValue]
"""
    release = graphs(t=template)[0].all(DeploymentGroup)[0]
    assert not release.pairs.complete
    assert isinstance(release.rollback.enabled, Unresolved)
