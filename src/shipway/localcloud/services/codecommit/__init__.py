"""CodeCommit: real git repositories behind AWS's API, cloned and pushed to over HTTP.

CodePipeline's source action acts as its role: GetBranch, GetCommit, then the archive of the commit.
On AWS the archive travels through `UploadArchive`, which is an IAM action without a public API; here
it is ``GET /git-archive/REPOSITORY?commit=ID``, signed as the role (`archive.fetch_archive` does both).
"""

from shipway.localcloud.services.codecommit.service import CodeCommit

__all__ = ["CodeCommit"]
