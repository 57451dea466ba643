"""EventBridge starts a pipeline: as the target's role, through the API."""

from __future__ import annotations

import json
import logging
import uuid
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from shipway.localcloud.ledger import Fidelity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.kernel import Kernel

LOG = logging.getLogger(__name__)
_PASSED_ON = ("variables", "sourceRevisions")


class StartsPipeline:
    """The event target ``codepipeline``; remembers which rule's call is under way."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._rules: dict[str, str] = {}

    def rule_of(self, token: str) -> str:
        """The ARN of the rule whose call carries this request token; empty for anybody else's call."""
        return self._rules.get(token, "")

    def __call__(self, target: Mapping[str, Any], payload: str) -> None:
        """Call StartPipelineExecution; what EventBridge would drop in silence is written down."""
        name, token = str(target["Arn"]).split(":", 5)[5], str(uuid.uuid4())
        self._rules[token] = str(target["RuleArn"])
        try:
            self._kernel.clients.client(
                "codepipeline", role_arn=target.get("RoleArn", ""), session=f"AWSEvents_{target['Id']}"
            ).start_pipeline_execution(name=name, clientRequestToken=token, **_arguments(payload))
        except (ClientError, BotoCoreError) as error:
            LOG.warning("rule %s could not start pipeline %s: %s", target["RuleArn"], name, error)
            self._kernel.ledger.note(
                Fidelity.EMULATED,
                "EventBridge target",
                f"the pipeline was not started, which AWS would not report: {error}",
                where=str(target["RuleArn"]),
            )
        finally:
            self._rules.pop(token, None)


def _arguments(payload: str) -> dict[str, Any]:
    """Variables and source revisions, where the rule's input transformer made them."""
    try:
        given = json.loads(payload)
    except ValueError:
        return {}
    return {key: given[key] for key in _PASSED_ON if isinstance(given, dict) and key in given}
