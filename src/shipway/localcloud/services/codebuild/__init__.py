"""CodeBuild: the buildspec runs for real, in a shell on this machine.

What CodePipeline hands over
----------------------------
On AWS the pipeline's source and artifacts reach the build by ways that the API does not show. Here they
travel in StartBuild's own overrides; `handover.pipeline_build` makes them, and any role that may call
``codebuild:StartBuild`` on the project may send them:

- ``sourceTypeOverride="CODEPIPELINE"`` with ``sourceLocationOverride="BUCKET/KEY"`` of the primary input
  artifact, and ``sourceVersion`` = its revision (a commit id), which becomes
  ``CODEBUILD_RESOLVED_SOURCE_VERSION``.
- ``secondarySourcesOverride``: the other inputs, ``sourceIdentifier`` = the artifact's name.
- One output artifact: ``artifactsOverride`` of type CODEPIPELINE, ``location`` = bucket, ``name`` = key; it
  takes the buildspec's primary ``artifacts`` section. Several: ``secondaryArtifactsOverride``,
  ``artifactIdentifier`` = the artifact's name, which must be a key of ``secondary-artifacts``. None: type
  NO_ARTIFACTS.
- ``encryptionKeyOverride`` = the artifact store's key, when it has one.
- ``environmentVariablesOverride`` may hold the reserved ``CODEBUILD_INITIATOR`` = ``codepipeline/PIPELINE``,
  which becomes the build's ``initiator``.

A source artifact that holds only ``codebuild-clone-ref.json`` (CODEBUILD_CLONE_REF) is cloned as the build's
role. Objects are read and written as the build's role, as on AWS.
"""

from shipway.localcloud.services.codebuild.service import CodeBuild

__all__ = ["CodeBuild"]
