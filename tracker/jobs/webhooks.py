"""send-webhooks: what happened is told to the systems that asked for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker import clock
from tracker.db import transaction
from tracker.domain.links import LinkOutcome
from tracker.domain.webhooks import DeliveryStatus, sign
from tracker.jobs.run import Run
from tracker.queries.webhooks import MessageToSend, has_messages_to_send
from tracker.services.fetching import Posted, Rules, post
from tracker.services.webhook_outbox import record_answer, secrets_for, take_next_message
from tracker.services.webhooks import reach_of

# So many at once; the next minute takes the rest.
MOST = 200


def messages_are_waiting(now: datetime) -> bool:
    return has_messages_to_send(now)


def send_webhooks(run: Run) -> dict[str, int]:
    """Each message is taken up, sent outside any transaction, and written down.

    After a crash it is sent again, under the same id. An address that failed gets nothing more in this run:
    it holds up no other.
    """
    counts = {"delivered": 0, "postponed": 0, "failed": 0}
    rules, failing = webhook_rules(run.settings), list[int]()
    while sum(counts.values()) < MOST and not run.stop.is_set():
        with transaction():
            sent = take_next_message(clock.now(), failing)
        if sent is None:
            break
        status = _deliver(sent, run, rules)
        if status is DeliveryStatus.DELIVERED:
            counts["delivered"] += 1
        else:
            failing.append(sent.endpoint_id)
            counts["failed" if status is DeliveryStatus.FAILED else "postponed"] += 1
    return counts


def _deliver(sent: MessageToSend, run: Run, rules: Rules) -> DeliveryStatus:
    now, body = clock.now(), body_of(sent, run.settings["BASE_URL"])
    secrets = secrets_for(sent, key=run.settings["SECRET_KEY"], now=now)
    if secrets:
        posted = post(sent.url, body, sign(secrets, sent.uid, now, body), rules)
    else:
        posted = Posted(LinkOutcome.NO_ANSWER)
    with transaction():
        return record_answer(
            sent,
            posted,
            days=run.settings["WEBHOOK_DISABLE_DAYS"],
            now=clock.now(),
            today=run.today,
            is_signed=bool(secrets),
        )


def body_of(sent: MessageToSend, base_url: str) -> bytes:
    """The message: its kind, when it happened, what happened, and the page that shows it."""
    data = {name: value for name, value in sent.data.items() if name != "path"}
    if path := sent.data.get("path"):
        data["url"] = f"{base_url.rstrip('/')}{path}"
    told = {"type": sent.event, "timestamp": sent.created_at.isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def webhook_rules(settings: Mapping[str, Any]) -> Rules:
    """Who sends, how long it waits, and what the operator lets it reach."""
    return Rules(
        agent=f"Cumple (+{settings['BASE_URL']})",
        hosts=reach_of(settings).hosts,
        seconds=settings["WEBHOOK_SECONDS"],
    )
