"""How the phases of a buildspec follow each other. Pure.

Source: https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.model.build import FailureAction, OnFailure, PhaseName

if TYPE_CHECKING:
    from shipway.localcloud.services.codebuild.record import Context

_ALWAYS_GOES_ON = {PhaseName.BUILD, PhaseName.POST_BUILD}


def goes_on(phase: PhaseName, on_failure: OnFailure | None) -> bool:
    """Whether the build continues after a phase that failed.

    Without ``on-failure`` a failed build phase still runs post_build, and a failed post_build still uploads;
    a failed install or pre_build ends the build.
    """
    if on_failure is None or on_failure.action is FailureAction.RETRY:
        return phase in _ALWAYS_GOES_ON
    return on_failure.action is FailureAction.CONTINUE


def retries(on_failure: OnFailure | None, context: Context, done: int) -> bool:
    """Whether a failed phase runs again, after `done` retries."""
    if on_failure is None or on_failure.action is not FailureAction.RETRY or done >= on_failure.retries:
        return False
    return re.search(on_failure.pattern, context.message, re.DOTALL) is not None
