"""SNS's email subscriptions: their mails arrive here, and nowhere else.

``GET /_shipway/mailbox`` -> ``{"messages": [...]}``, the oldest first; a mail of kind ``confirmation`` has a
``confirm_url`` that confirms its subscription when it is opened.
"""

from shipway.localcloud.services.mailbox.service import Mailbox

__all__ = ["Mailbox"]
