"""The mailbox of the cloud."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from shipway.localcloud import emulator_sns
from shipway.localcloud.kernel import Service
from shipway.localcloud.ledger import Fidelity
from shipway.localcloud.services.mailbox.mail import Mail, confirmation, notification

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shipway.localcloud.kernel import Kernel

LOG = logging.getLogger(__name__)


class Mailbox(Service):
    """Receives what SNS would mail; has no API of AWS's own."""

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        self._mails: list[Mail] = []
        self._lock = threading.Lock()
        emulator_sns.hold_email_subscriptions(self._ask_to_confirm)
        emulator_sns.deliver_emails(self._notify)
        emulator_sns.enforce_topic_policies(self._say_denied)
        kernel.ledger.note(
            Fidelity.EMULATED,
            "SNS email",
            "mails stay in the local cloud's mailbox; none leaves this machine",
        )

    def control(self) -> Mapping[str, Callable[[], object]]:
        """Every mail so far."""
        return {"mailbox": self._as_json}

    def _as_json(self) -> dict[str, object]:
        with self._lock:
            return {"messages": [mail.as_json() for mail in self._mails]}

    def _ask_to_confirm(self, *, topic_arn: str, endpoint: str, token: str) -> None:
        self._receive(
            confirmation(
                to=endpoint,
                topic_arn=topic_arn,
                token=token,
                endpoint=self.kernel.endpoint,
                now=self.kernel.clock.now(),
            )
        )

    def _notify(
        self, *, topic_arn: str, endpoint: str, subscription_arn: str, subject: str, body: str
    ) -> None:
        self._receive(
            notification(
                to=endpoint,
                topic_arn=topic_arn,
                subscription_arn=subscription_arn,
                subject=subject,
                body=body,
                endpoint=self.kernel.endpoint,
                now=self.kernel.clock.now(),
            )
        )

    def _receive(self, mail: Mail) -> None:
        with self._lock:
            self._mails.append(mail)

    def _say_denied(self, *, topic_arn: str, service: str, source_arn: str) -> None:
        # On AWS this shows only as the metric FailedInvocations: the one place where it is said is here.
        LOG.warning(
            "%s may not publish to %s: its policy does not allow it (%s)", service, topic_arn, source_arn
        )
        self.kernel.ledger.note(
            Fidelity.EMULATED,
            f"SNS topic policy of {topic_arn}",
            f"{service} may not publish to it, so its messages are dropped, as AWS does",
            where=source_arn,
        )
