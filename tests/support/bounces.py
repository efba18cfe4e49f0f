"""Delivery status notifications as servers write them."""

from __future__ import annotations


def notification(
    uid: str,
    recipient: str = "ana@infom.example",
    *,
    action: str = "failed",
    status: str = "5.1.1",
    original: str = "",
    headers_only: bool = False,
    answers: str = "",
) -> bytes:
    """A notification about the mail of a uid; without one, nothing of the mail came back."""
    returned = f"Message-ID: <{uid}@cumple.gob.example>\nTo: {recipient}\nSubject: Avisos\n"
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    third = f"--frontera\nContent-Type: {kind}\n\n{returned}\n" if uid else ""
    lines = f"""From: Mail Delivery System <MAILER-DAEMON@correo.example>
To: no@gob.example
Subject: Undelivered Mail Returned to Sender
{f"In-Reply-To: <{answers}@cumple.gob.example>" if answers else "X-Nothing: here"}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="frontera"

--frontera
Content-Type: text/plain

No se pudo entregar.

--frontera
Content-Type: message/delivery-status

Reporting-MTA: dns; correo.example
Arrival-Date: Mon, 15 Jun 2026 12:30:00 +0000

{f"Original-Recipient: rfc822; {original}" if original else "X-Postfix-Queue-ID: 1"}
Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No existe

{third}--frontera--
"""
    return lines.replace("\n", "\r\n").encode()
