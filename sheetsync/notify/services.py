"""Sending a message by Apprise (github.com/caronc/apprise) to whatever its addresses name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sheetsync.config.notifying import service
from sheetsync.config.secrets import Secret
from sheetsync.notify.messages import Message


@dataclass(frozen=True, slots=True)
class Sent:
    """Whether a service took a message. `service` is its name, such as E-Mail; never its address."""

    service: str
    ok: bool


def send(addresses: Iterable[Secret], message: Message) -> list[Sent]:
    """Tell every address, each with Apprise's own timeouts; none of them is kept from it by another that fails."""
    return [_send(address, message) for address in addresses]


def _send(address: Secret, message: Message) -> Sent:
    from apprise import NotifyFormat, NotifyType  # noqa: PLC0415 - it takes a while, and most commands do without

    found = service(address.reveal(), app_id="sheetsync", app_desc="sheetsync", async_mode=False, secure_logging=True)
    if found is None:
        return Sent("unknown service", ok=False)
    name = str(found.service_name)
    try:
        ok = found.notify(
            message.body,
            title=message.title,
            notify_type=NotifyType(message.kind),
            body_format=NotifyFormat.TEXT,
        )
    except Exception:  # noqa: BLE001 - services raise whatever their libraries do, with addresses in it
        ok = False
    return Sent(name, bool(ok))
