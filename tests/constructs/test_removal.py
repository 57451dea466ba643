DATA = (
    "AWS::S3::Bucket",
    "AWS::ECR::Repository",
    "AWS::CodeCommit::Repository",
    "AWS::Logs::LogGroup",
    "AWS::CodeBuild::ReportGroup",
)


def policies(document):
    return {
        (resource["Type"], resource.get("DeletionPolicy"))
        for name, resource in document["Resources"].items()
        if resource["Type"] in DATA and not name.startswith("S3AutoDelete")
    }


def test_everything_goes_with_the_stack(document, template):
    assert policies(document) == {(kind, "Delete") for kind in DATA}
    assert "Retain" not in str(document)
    template.has_resource_properties("AWS::ECR::Repository", {"EmptyOnDelete": True})
    template.has_resource_properties("AWS::CodeBuild::ReportGroup", {"DeleteReports": True})
    template.resource_count_is("Custom::S3AutoDeleteObjects", 1)


def test_a_protected_environment_keeps_its_data(synth):
    document = synth(context={"environmentSuffix": "prod"}, protected_environments=["prod"])
    assert policies(document) == {(kind, "Retain") for kind in DATA}
    assert "Custom::S3AutoDeleteObjects" not in {one["Type"] for one in document["Resources"].values()}


def test_other_environments_are_not_protected(synth, document):
    assert policies(synth(protected_environments=["prod"])) == policies(document)
