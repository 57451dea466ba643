// The stack of examples/hello, written directly in JavaScript: the other side of benchmarks/synth.py.
const { App, Aws, CfnOutput, Duration, Fn, Lazy, RemovalPolicy, Stack, Tags, Token } = require("aws-cdk-lib");
const cloudwatch = require("aws-cdk-lib/aws-cloudwatch");
const { SnsAction } = require("aws-cdk-lib/aws-cloudwatch-actions");
const codebuild = require("aws-cdk-lib/aws-codebuild");
const codecommit = require("aws-cdk-lib/aws-codecommit");
const codedeploy = require("aws-cdk-lib/aws-codedeploy");
const codepipeline = require("aws-cdk-lib/aws-codepipeline");
const actions = require("aws-cdk-lib/aws-codepipeline-actions");
const ec2 = require("aws-cdk-lib/aws-ec2");
const ecr = require("aws-cdk-lib/aws-ecr");
const ecs = require("aws-cdk-lib/aws-ecs");
const elbv2 = require("aws-cdk-lib/aws-elasticloadbalancingv2");
const events = require("aws-cdk-lib/aws-events");
const targets = require("aws-cdk-lib/aws-events-targets");
const iam = require("aws-cdk-lib/aws-iam");
const logs = require("aws-cdk-lib/aws-logs");
const s3 = require("aws-cdk-lib/aws-s3");
const sns = require("aws-cdk-lib/aws-sns");
const subscriptions = require("aws-cdk-lib/aws-sns-subscriptions");
const ssm = require("aws-cdk-lib/aws-ssm");
const { Construct } = require("constructs");
// Texts that both sides share: the placeholder's program and the commands of the build.
const texts = require("./texts.json");

const allow = (actions, resources, conditions) => new iam.PolicyStatement({ actions, resources, conditions });
const document = (...statements) => new iam.PolicyDocument({ statements });
const service = (name) => new iam.ServicePrincipal(`${name}.amazonaws.com`);
const name = (resource) => `hello-${resource}-dev`;
const DESTROY = RemovalPolicy.DESTROY;
const minute = Duration.minutes(1);

const app = new App();
const stack = new Stack(app, "hello-dev");
const hello = new Construct(stack, "Hello");
const part = (id) => new Construct(hello, id);
for (const [key, value] of [["Environment", "dev"], ["Service", "hello"], ["ManagedBy", "shipway"]])
  Tags.of(hello).add(key, value);
const group = (scope, id, logGroupName) =>
  new logs.LogGroup(scope, id, { logGroupName, retention: logs.RetentionDays.ONE_MONTH, removalPolicy: DESTROY });

// -- network, registry, credentials, artifacts, source
const vpc = new ec2.Vpc(part("Network"), "Vpc", {
  vpcName: name("network"),
  availabilityZones: [0, 1].map((zone) => Fn.select(zone, Fn.getAzs())),
  natGateways: 2,
  subnetConfiguration: [
    { name: "public", subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 },
    { name: "tasks", subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
  ],
  gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
  restrictDefaultSecurityGroup: false,
});
const repository = new ecr.Repository(part("Registry"), "Repository", {
  repositoryName: name("images"),
  imageScanOnPush: true,
  imageTagMutability: ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
  imageTagMutabilityExclusionFilters: [ecr.ImageTagMutabilityExclusionFilter.wildcard("cache")],
  lifecycleRules: [
    { rulePriority: 1, description: "Caches that a newer one replaced", tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: Duration.days(1) },
    { rulePriority: 2, description: "The last 10 images and the cache", maxImageCount: 11 },
  ],
  removalPolicy: DESTROY,
  emptyOnDelete: true,
});
const repositoryUri = repository.node.defaultChild.attrRepositoryUri;
const userName = new ssm.StringParameter(part("Credentials"), "UserName", {
  parameterName: "/hello/dev/docker-hub/user-name",
  description: "Docker Hub user name; 'unset' means: pull anonymously",
  stringValue: "unset",
});
const parameterArn = (resourceName) => stack.formatArn({ service: "ssm", resource: "parameter", resourceName });
const age = Duration.days(30);
const bucket = new s3.Bucket(part("Artifacts"), "Bucket", {
  bucketName: `hello-artifacts-${Aws.ACCOUNT_ID}-dev`,
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  encryption: s3.BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  versioned: true,
  lifecycleRules: [{ expiration: age, noncurrentVersionExpiration: age, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
  removalPolicy: DESTROY,
  autoDeleteObjects: true,
});
const cleanup = group(stack, "S3AutoDeleteObjectsLogs", "/aws/lambda/hello-bucket-cleanup-dev");
const provider = stack.node.findChild("Custom::S3AutoDeleteObjectsCustomResourceProvider");
provider.node.findChild("Handler").addDeletionOverride("DependsOn");
provider.node.findChild("Handler").addPropertyOverride("LoggingConfig", { LogGroup: cleanup.logGroupName });
provider.node.findChild("Role").addPropertyDeletionOverride("ManagedPolicyArns");
provider.node.findChild("Role").addPropertyOverride("Policies", [
  {
    PolicyName: "WriteLogs",
    PolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: cleanup.logGroupArn }],
    },
  },
]);
const sourcePart = part("Source");
const source = new codecommit.Repository(sourcePart, "Repository", {
  repositoryName: name("source"),
  description: "Source of hello; a push to main is delivered",
});
source.applyRemovalPolicy(DESTROY);

// -- service
const servicePart = part("Service");
const serviceLogs = group(servicePart, "Logs", `/ecs/${name("service")}`);
const taskRoleOf = (id, roleName) => new iam.Role(servicePart, id, { roleName, assumedBy: service("ecs-tasks") });
const executionRole = taskRoleOf("ExecutionRole", name("execution-role"));
const taskRole = taskRoleOf("TaskRole", name("task-role"));
for (const statement of [
  allow(["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"], [repository.repositoryArn]),
  allow(["ecr:GetAuthorizationToken"], ["*"]),
  allow(["logs:CreateLogStream", "logs:PutLogEvents"], [serviceLogs.logGroupArn]),
])
  executionRole.addToPrincipalPolicy(statement);
const taskDefinition = new ecs.FargateTaskDefinition(servicePart, "TaskDefinition", {
  family: name("task"),
  cpu: 256,
  memoryLimitMiB: 512,
  executionRole: executionRole.withoutPolicyUpdates(),
  taskRole,
  runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.X86_64, operatingSystemFamily: ecs.OperatingSystemFamily.LINUX },
});
taskDefinition.addContainer("Container", {
  containerName: "app",
  image: ecs.ContainerImage.fromRegistry("public.ecr.aws/docker/library/python:3.12-slim"),
  command: texts.placeholder,
  portMappings: [{ containerPort: 8080 }],
  logging: ecs.LogDrivers.awsLogs({ streamPrefix: "hello", logGroup: serviceLogs }),
});
const balancerPart = new Construct(servicePart, "Balancer");
const loadBalancer = new elbv2.ApplicationLoadBalancer(balancerPart, "LoadBalancer", {
  loadBalancerName: name("lb"),
  vpc,
  vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
  internetFacing: true,
  dropInvalidHeaderFields: true,
  deletionProtection: false,
});
const [blue, green] = ["blue", "green"].map(
  (colour) =>
    new elbv2.ApplicationTargetGroup(balancerPart, colour === "blue" ? "Blue" : "Green", {
      targetGroupName: name(colour),
      vpc,
      port: 8080,
      protocol: elbv2.ApplicationProtocol.HTTP,
      targetType: elbv2.TargetType.IP,
      deregistrationDelay: Duration.seconds(30),
      healthCheck: {
        path: "/health",
        healthyHttpCodes: "200",
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    }),
);
const listener = (id, port, target, open) => {
  const made = loadBalancer.addListener(id, { port, protocol: elbv2.ApplicationProtocol.HTTP, open, defaultTargetGroups: [target] });
  made.node.defaultChild.addPropertyDeletionOverride("Tags");
  return made;
};
const production = listener("Production", 80, blue, true);
const test = listener("Test", 8080, green, false);
loadBalancer.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(8080), "Test traffic");
const cluster = new ecs.Cluster(servicePart, "Cluster", { clusterName: name("cluster"), vpc });
const ecsService = new ecs.FargateService(servicePart, "Service", {
  serviceName: name("service"),
  cluster,
  taskDefinition,
  deploymentController: { type: ecs.DeploymentControllerType.CODE_DEPLOY },
  desiredCount: 2,
  minHealthyPercent: 100,
  maxHealthyPercent: 200,
  healthCheckGracePeriod: Duration.seconds(60),
  vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
  assignPublicIp: false,
});
ecsService.node.addDependency(executionRole);
ecsService.attachToApplicationTargetGroup(blue);
const passRoles = () =>
  allow(["iam:PassRole"], [executionRole.roleArn, taskRole.roleArn], {
    StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
  });

// -- release
const releasePart = part("Release");
const alarms = [["blue", blue], ["green", green]].flatMap(([colour, target]) => {
  const title = colour === "blue" ? "Blue" : "Green";
  return [
    new cloudwatch.Alarm(releasePart, `${title}Errors`, {
      alarmName: name(`${colour}-5xx`),
      alarmDescription: `${colour} answers more than 5 requests a minute with 5xx`,
      metric: target.metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_5XX_COUNT, { period: minute, statistic: "Sum" }),
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 5,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }),
    new cloudwatch.Alarm(releasePart, `${title}Unhealthy`, {
      alarmName: name(`${colour}-unhealthy`),
      alarmDescription: `A task of ${colour} is unhealthy for two minutes`,
      metric: target.metrics.unhealthyHostCount({ period: minute, statistic: "Maximum" }),
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 2,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }),
  ];
});
const application = new codedeploy.EcsApplication(releasePart, "Application", { applicationName: name("release") });
const ecsArn = (resource, suffix = "") =>
  stack.formatArn({ service: "ecs", resource, resourceName: `${cluster.clusterName}/${ecsService.serviceName}${suffix}` });
const releaseRole = new iam.Role(releasePart, "Role", {
  roleName: name("release-role"),
  assumedBy: service("codedeploy"),
  inlinePolicies: {
    Release: document(
      allow(["ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"], [ecsArn("service")]),
      allow(["ecs:CreateTaskSet", "ecs:DeleteTaskSet"], [ecsArn("task-set", "/*")]),
      allow(["Listeners", "Rules", "TargetGroups"].map((what) => `elasticloadbalancing:Describe${what}`), ["*"]),
      allow(["elasticloadbalancing:ModifyListener"], [production.listenerArn, test.listenerArn]),
      allow(["cloudwatch:DescribeAlarms"], alarms.map((alarm) => alarm.alarmArn)),
      passRoles(),
    ),
  },
});
const deploymentGroup = new codedeploy.EcsDeploymentGroup(releasePart, "Group", {
  deploymentGroupName: name("release-group"),
  application,
  role: releaseRole.withoutPolicyUpdates(),
  service: ecsService,
  deploymentConfig: codedeploy.EcsDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  blueGreenDeploymentConfig: {
    blueTargetGroup: blue,
    greenTargetGroup: green,
    listener: production,
    testListener: test,
    terminationWaitTime: Duration.minutes(5),
  },
  alarms,
  autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
});

// -- build
const buildPart = part("Build");
const projectName = name("build");
const buildLogs = group(buildPart, "Logs", `/aws/codebuild/${projectName}`);
new codebuild.CfnReportGroup(buildPart, "ReportTests", {
  name: `${projectName}-tests`,
  type: "TEST",
  deleteReports: true,
  exportConfig: { exportConfigType: "NO_EXPORT" },
}).applyRemovalPolicy(DESTROY);
const reports = ["CreateReportGroup", "CreateReport", "UpdateReport", "BatchPutTestCases"];
const push = ["BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "GetDownloadUrlForLayer", "InitiateLayerUpload", "PutImage", "UploadLayerPart"];
const buildRole = new iam.Role(buildPart, "Role", {
  roleName: name("build-role"),
  assumedBy: service("codebuild"),
  inlinePolicies: {
    Build: document(
      allow(["logs:CreateLogStream", "logs:PutLogEvents"], [buildLogs.logGroupArn]),
      allow(
        reports.map((action) => `codebuild:${action}`),
        [stack.formatArn({ service: "codebuild", resource: "report-group", resourceName: `${projectName}-*` })],
      ),
      allow(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [bucket.arnForObjects("*")]),
      allow(["s3:GetBucketAcl", "s3:GetBucketLocation"], [bucket.bucketArn]),
      allow(push.map((action) => `ecr:${action}`), [repository.repositoryArn]),
      allow(["ecr:GetAuthorizationToken"], ["*"]),
      allow(["ssm:GetParameters"], [parameterArn("hello/dev/docker-hub/user-name")]),
      allow(["ssm:GetParameter"], [parameterArn("hello/dev/docker-hub/password")]),
    ),
  },
});
const taskDefinitionJson = Lazy.string({
  produce: () => {
    const resource = taskDefinition.node.defaultChild;
    const { command, ...container } = stack.resolve(resource.containerDefinitions)[0];
    const withTokens = (value) =>
      Array.isArray(value) ? value.map(withTokens)
      : value === null || typeof value !== "object" ? value
      : Object.keys(value).length === 1 && /^(Ref|Fn::.*)$/.test(Object.keys(value)[0]) ? Token.asAny(value)
      : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTokens(item)]));
    return stack.toJsonString(
      withTokens({
        family: resource.family,
        networkMode: resource.networkMode,
        requiresCompatibilities: resource.requiresCompatibilities,
        cpu: resource.cpu,
        memory: resource.memory,
        runtimePlatform: stack.resolve(resource.runtimePlatform),
        executionRoleArn: stack.resolve(resource.executionRoleArn),
        taskRoleArn: stack.resolve(resource.taskRoleArn),
        containerDefinitions: [{ ...container, image: "<IMAGE1_NAME>" }],
      }),
    );
  },
});
const fill = (value) => JSON.parse(JSON.stringify(value).replace('"<TASKDEF>"', JSON.stringify(
  `cat > handover/taskdef.json <<'END_OF_FILE'\n${taskDefinitionJson}\nEND_OF_FILE\n`)));
const plain = codebuild.BuildEnvironmentVariableType.PLAINTEXT;
const project = new codebuild.PipelineProject(buildPart, "Project", {
  projectName,
  description: "Tests and builds the image of hello",
  role: buildRole.withoutPolicyUpdates(),
  grantReportGroupPermissions: false,
  buildSpec: codebuild.BuildSpec.fromObjectToYaml(fill(texts.buildspec)),
  environment: { buildImage: codebuild.LinuxBuildImage.AMAZON_LINUX_2023_5, computeType: codebuild.ComputeType.SMALL, privileged: true },
  environmentVariables: {
    IMAGE_REPOSITORY_URI: { type: plain, value: repositoryUri },
    DOCKER_HUB_USER_NAME: { type: codebuild.BuildEnvironmentVariableType.PARAMETER_STORE, value: "/hello/dev/docker-hub/user-name" },
    DOCKER_HUB_PASSWORD_PARAMETER: { type: plain, value: "/hello/dev/docker-hub/password" },
  },
  logging: { cloudWatch: { logGroup: buildLogs } },
  timeout: Duration.minutes(30),
});
project.node.addDependency(userName);

// -- pipeline
const deliveryPart = part("Delivery");
const topic = new sns.Topic(part("Alerts"), "Topic", { topicName: name("alerts"), enforceSSL: true });
const alertsPart = topic.node.scope;
topic.addSubscription(new subscriptions.EmailSubscription("team@example.com"));
const archive = ["CancelUploadArchive", "GetBranch", "GetCommit", "GetUploadArchiveStatus", "UploadArchive"];
const pipelineRole = new iam.Role(deliveryPart, "Role", {
  roleName: name("pipeline-role"),
  assumedBy: service("codepipeline"),
  inlinePolicies: {
    Source: document(
      allow(archive.map((action) => `codecommit:${action}`), [source.repositoryArn]),
      allow(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [bucket.arnForObjects("*")]),
      allow(["s3:GetBucketVersioning"], [bucket.bucketArn]),
    ),
    Build: document(allow(["BatchGetBuilds", "StartBuild", "StopBuild"].map((action) => `codebuild:${action}`), [project.projectArn])),
    Deploy: document(
      allow(["GetApplication", "GetApplicationRevision", "RegisterApplicationRevision"].map((action) => `codedeploy:${action}`), [application.applicationArn]),
      allow(["codedeploy:CreateDeployment", "codedeploy:GetDeployment"], [deploymentGroup.deploymentGroupArn]),
      allow(["codedeploy:GetDeploymentConfig"], [deploymentGroup.deploymentConfig.deploymentConfigArn]),
      allow(["ecs:RegisterTaskDefinition"], [stack.formatArn({ service: "ecs", resource: "task-definition", resourceName: `${name("task")}:*` })]),
      passRoles(),
    ),
  },
});
const pipeline = new codepipeline.Pipeline(deliveryPart, "Pipeline", {
  pipelineName: name("pipeline"),
  pipelineType: codepipeline.PipelineType.V2,
  crossAccountKeys: false,
  executionMode: codepipeline.ExecutionMode.SUPERSEDED,
  artifactBucket: bucket,
  role: pipelineRole.withoutPolicyUpdates(),
  usePipelineRoleForActions: true,
});
pipeline.node.defaultChild.addDeletionOverride("DependsOn");
const [sourceArtifact, image, deploy] = ["SourceArtifact", "ImageArtifact", "DeployArtifact"].map((artifact) => new codepipeline.Artifact(artifact));
pipeline.addStage({
  stageName: "Source",
  actions: [new actions.CodeCommitSourceAction({ actionName: "Source", repository: source, branch: "main", output: sourceArtifact, trigger: actions.CodeCommitTrigger.NONE })],
});
pipeline.addStage({ stageName: "Build", actions: [new actions.CodeBuildAction({ actionName: "Build", project, input: sourceArtifact, outputs: [image, deploy] })] });
pipeline.addStage({
  stageName: "Deploy",
  actions: [
    new actions.CodeDeployEcsDeployAction({
      actionName: "Deploy",
      deploymentGroup,
      taskDefinitionTemplateInput: deploy,
      appSpecTemplateInput: deploy,
      containerImageInputs: [{ input: image, taskDefinitionPlaceholder: "IMAGE1_NAME" }],
    }),
  ],
});
const eventRole = new iam.Role(sourcePart, "TriggerRole", { roleName: name("trigger-role"), assumedBy: service("events") });
new events.Rule(sourcePart, "Trigger", {
  ruleName: name("trigger"),
  description: "A push to main starts the pipeline",
  eventPattern: {
    source: ["aws.codecommit"],
    detailType: ["CodeCommit Repository State Change"],
    resources: [source.repositoryArn],
    detail: { event: ["referenceCreated", "referenceUpdated"], referenceType: ["branch"], referenceName: ["main"] },
  },
  targets: [new targets.CodePipeline(pipeline, { eventRole })],
});

// -- alerts
const told = (id, what, source, detailType, detail, facts) =>
  new events.Rule(alertsPart, id, {
    ruleName: name(what),
    eventPattern: { source: [source], detailType: [detailType], detail },
    targets: [
      new targets.SnsTopic(topic, {
        message: events.RuleTargetInput.fromMultilineText(
          `hello in dev: ${what.replace("-", " ")}\n` + facts.map((fact) => `${fact}: ${events.EventField.fromPath(`$.detail.${fact}`)}`).join("\n"),
        ),
      }),
    ],
  });
told("PipelineFailed", "pipeline-failed", "aws.codepipeline", "CodePipeline Pipeline Execution State Change",
  { pipeline: [pipeline.pipelineName], state: ["FAILED"] }, ["pipeline", "state", "execution-id"]);
told("BuildFailed", "build-failed", "aws.codebuild", "CodeBuild Build State Change",
  { "project-name": [project.projectName], "build-status": ["FAILED", "FAULT", "TIMED_OUT"] }, ["project-name", "build-status", "build-id"]);
told("DeploymentFailed", "deployment-failed", "aws.codedeploy", "CodeDeploy Deployment State-change Notification",
  { application: [application.applicationName], deploymentGroup: [deploymentGroup.deploymentGroupName], state: ["FAILURE", "STOP"] },
  ["application", "state", "deploymentId"]);
topic.addToResourcePolicy(
  new iam.PolicyStatement({
    principals: [service("cloudwatch")],
    actions: ["sns:Publish"],
    resources: [topic.topicArn],
    conditions: { ArnEquals: { "aws:SourceArn": alarms.map((alarm) => alarm.alarmArn) } },
  }),
);
for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(topic));
const history = group(alertsPart, "History", `/aws/events/${name("pipeline")}`);
new logs.ResourcePolicy(alertsPart, "HistoryPolicy", {
  resourcePolicyName: name("history"),
  policyStatements: [
    new iam.PolicyStatement({
      principals: [service("events"), service("delivery.logs")],
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [history.logGroupArn],
    }),
  ],
});
new events.CfnRule(alertsPart, "HistoryRule", {
  name: name("history"),
  description: "Every state change of the pipeline, its stages and actions",
  eventPattern: { source: ["aws.codepipeline"], detail: { pipeline: [pipeline.pipelineName] } },
  targets: [{ id: "History", arn: stack.formatArn({ service: "logs", resource: "log-group", resourceName: history.logGroupName, arnFormat: "arn:aws:service:region:account:resource:resourceName" }) }],
});

const address = loadBalancer.loadBalancerDnsName;
for (const [output, value] of Object.entries({
  PipelineArn: pipeline.pipelineArn,
  PipelineConsoleUrl: `https://${Aws.REGION}.console.aws.amazon.com/codesuite/codepipeline/pipelines/${pipeline.pipelineName}/view?region=${Aws.REGION}`,
  RepositoryCloneUrlHttp: source.repositoryCloneUrlHttp,
  ImageRepositoryUri: repositoryUri,
  LoadBalancerUrl: `http://${address}`,
  TestListenerUrl: `http://${address}:8080`,
}))
  new CfnOutput(hello, output, { value }).overrideLogicalId(output);
app.synth();
