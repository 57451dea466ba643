def variables(rendered, of_type):
    (project,) = of_type(rendered, "AWS::CodeBuild::Project").values()
    return {one["Name"]: one for one in project["Environment"]["EnvironmentVariables"]}


def test_the_user_name_is_a_parameter_that_exists_from_the_start(rendered, of_type):
    ((parameter, properties),) = of_type(rendered, "AWS::SSM::Parameter").items()
    assert (properties["Type"], properties["Value"]) == ("String", "unset")
    variable = variables(rendered, of_type)["DOCKER_HUB_USER_NAME"]
    assert (variable["Type"], variable["Value"]) == ("PARAMETER_STORE", properties["Name"])
    (project,) = (one for one in rendered["Resources"].values() if one["Type"] == "AWS::CodeBuild::Project")
    assert parameter in project["DependsOn"]


def test_no_build_depends_on_a_password_that_is_not_set_yet(rendered, of_type):
    stored = [
        one["Name"] for one in variables(rendered, of_type).values() if one["Type"] == "PARAMETER_STORE"
    ]
    assert stored == ["DOCKER_HUB_USER_NAME"]
    password = variables(rendered, of_type)["DOCKER_HUB_PASSWORD_PARAMETER"]
    assert (password["Type"], password["Value"]) == ("PLAINTEXT", "/hello/dev/docker-hub/password")


def test_the_build_may_read_both_parameters_by_arns_with_one_slash(rendered, of_type):
    (role,) = (
        role
        for role in of_type(rendered, "AWS::IAM::Role").values()
        if role.get("RoleName") == "hello-build-role-dev"
    )
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    prefix = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/hello/dev/docker-hub"
    assert {one["Action"]: one["Resource"] for one in statements if "ssm:" in one["Action"]} == {
        "ssm:GetParameters": f"{prefix}/user-name",
        "ssm:GetParameter": f"{prefix}/password",
    }
