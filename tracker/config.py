"""Settings: environment variables CUMPLE_* or instance/config.toml, each with its meaning and default."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Setting:
    """One setting: CUMPLE_<name> in the environment, <name> in lower case in config.toml."""

    name: str
    default: str | int | bool
    doc: str


_ALL = (
    Setting("INSTANCE_PATH", "instance", "Folder of the database, evidence, reports and config.toml."),
    Setting("DATABASE_URL", "", "SQLAlchemy address; empty: SQLite in the instance folder."),
    Setting(
        "EVIDENCE_URL", "", "Where evidence is kept: file://folder; empty: evidence/ in the instance folder."
    ),
    Setting("SECRET_KEY", "", "Signs sessions and forms; empty: made once and kept in the instance folder."),
    Setting("TIMEZONE", "America/Guatemala", "Civil time zone of dates, due days and jobs."),
    Setting(
        "BASE_URL", "http://127.0.0.1:8000", "Public address of the service, for links in mail and reports."
    ),
    Setting("GOVERNMENT_NAME", "Gobierno de Guatemala", "Whose service it is, in page footers and reports."),
    Setting(
        "OGP_COMMITMENT_URL",
        "https://www.opengovpartnership.org/members/guatemala/commitments/{identifier}/",
        "Page of a commitment at the Open Government Partnership, with {identifier} for the likes of GT0121.",
    ),
    Setting("OGP_COUNTRY", "Guatemala", "The country's name in the commitment dataset of the Partnership."),
    Setting("OGP_COUNTRY_CODE", "GTM", "The country's code there; the likes of AP_GTM04 are made of it."),
    Setting("OGP_REGION", "Americas", "The country's region there."),
    Setting("DATA_LICENSE", "CC-BY-4.0", "Licence of the open data, by its SPDX name."),
    Setting(
        "DATA_LICENSE_URL",
        "https://creativecommons.org/licenses/by/4.0/deed.es",
        "Where the licence of the open data is read.",
    ),
    Setting(
        "SMTP_URL",
        "",
        "smtp://user:password@host:587; empty: mail is written to outbox/ in the instance folder.",
    ),
    Setting("SMTP_REQUIRE_TLS", False, "Send no mail by smtp:// where the server offers no encryption."),
    Setting(
        "SMTP_CA_FILE", "", "Certificates (PEM) of an authority of one's own that the mail server's is of."
    ),
    Setting("SMTP_TIMEOUT_SECONDS", 20, "How long one answer of the mail server is waited for."),
    Setting("MAIL_FROM", "Cumple <no-responder@localhost>", "Sender of mail."),
    Setting("SESSION_HOURS", 12, "A sign-in ends after this many hours."),
    Setting(
        "SESSION_COOKIE_SECURE", False, "Send the session cookie only over HTTPS (set true in production)."
    ),
    Setting("UPLOAD_MAX_MB", 25, "Largest evidence file in megabytes."),
    Setting(
        "EVIDENCE_QUOTA_MB", 5120, "Evidence of one institution in megabytes, the same bytes once; 0: any."
    ),
    Setting(
        "PACKAGE_MAX_MB", 2048, "Evidence that the package of one report may hold, in megabytes; 0: any."
    ),
    Setting("EVIDENCE_PER_REPORT", 100, "Files and links of one report; 0: any number."),
    Setting(
        "CLAMAV_URL",
        "",
        "Scanner of what is uploaded: tcp://host:port or unix:///path of clamd; empty: nothing is scanned.",
    ),
    Setting("ESCALATION_GRACE_DAYS", 15, "Days overdue after which the institution's head is told."),
    Setting("OBSERVATION_DAYS", 30, "Days within which an observation is replied to, from its confirmation."),
    Setting(
        "PUBLIC_FORMS_PER_HOUR", 10, "Public forms that one address, or one e-mail, may send in an hour."
    ),
    Setting(
        "API_REQUESTS_PER_MINUTE",
        300,
        "Requests to the API that one address may make in a minute, of each process; 0: any.",
    ),
    Setting("API_WRITES_PER_HOUR", 600, "Reports that one token may send in an hour; 0: any."),
    Setting("API_ANSWER_DAYS", 30, "Days for which the answer to an Idempotency-Key is kept."),
    Setting("CITIZEN_MAIL_DAYS", 180, "Days after which the e-mail of a settled observation is erased."),
    Setting("SESSION_RECORD_DAYS", 90, "Days after which ended sessions and failed sign-ins are erased."),
    Setting(
        "SENT_MAIL_DAYS", 180, "Days after which the words of mail that left, or never will, are erased."
    ),
    Setting("JOB_RUN_DAYS", 365, "Days after which runs of jobs are erased, each job's last ones left."),
    Setting("LINK_DOWN_DAYS", 3, "On so many separate days a link must fail before it is said to be down."),
    Setting("LINKS_PER_RUN", 500, "Most links looked at in a night."),
    Setting("LINK_MINUTES", 60, "Most minutes that looking at links may take in a night (at most 150)."),
    Setting("LINK_DELAY_SECONDS", 2, "Seconds between two requests to one host."),
    Setting(
        "LINK_HOSTS_ALLOWED",
        "",
        "Hosts, or host:port, whose links may lead to private addresses or another port; commas between.",
    ),
    Setting(
        "WEBHOOK_HOSTS_ALLOWED",
        "",
        "Hosts, or host:port, of webhooks that may have private addresses or another port; commas between.",
    ),
    Setting("WEBHOOK_SECONDS", 10, "Most seconds that sending one message to a webhook may take."),
    Setting("WEBHOOK_DISABLE_DAYS", 5, "Days of failures after which a webhook is told nothing more."),
    Setting("WEBHOOK_RECORD_DAYS", 90, "Days after which messages to webhooks that are settled are erased."),
    Setting("VERIFY_MB", 2048, "Megabytes of stored files held against their hash in a night."),
    Setting("OGP_FORUM_MONTHS", 6, "Months within which the technical table must meet again."),
    Setting("OGP_RESULTS_A_YEAR", 2, "Meetings in any twelve months that present results to civil society."),
    Setting("OGP_UPDATES_A_YEAR", 2, "Times in any twelve months that the repository must be updated."),
    Setting("DEVELOPMENT", False, "Show the pages for those who develop, under /desarrollo."),
    Setting("TRUSTED_PROXIES", 0, "How many proxies in front may set X-Forwarded-* headers."),
)
SETTINGS: dict[str, Setting] = {setting.name: setting for setting in _ALL}


def load(overrides: Mapping[str, object] | None = None) -> dict[str, Any]:
    """All settings: overrides first, then the environment, then config.toml, then the default."""
    given = dict(overrides or {})
    instance = Path(str(_pick("INSTANCE_PATH", given, {}))).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    file = instance / "config.toml"
    stored = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    unknown = sorted(set(stored) - {name.lower() for name in SETTINGS})
    if unknown:
        raise ValueError(f"unknown settings in {file}: {', '.join(unknown)}")
    values = {name: _pick(name, given, stored) for name in SETTINGS}
    values["INSTANCE_PATH"] = str(instance)
    values["DATABASE_URL"] = values["DATABASE_URL"] or f"sqlite:///{instance / 'cumple.db'}"
    values["EVIDENCE_URL"] = values["EVIDENCE_URL"] or f"file://{instance / 'evidence'}"
    values["SECRET_KEY"] = values["SECRET_KEY"] or _kept_secret(instance)
    if not re.fullmatch(r"(?:tcp://[^/:@]+:\d+|unix:///.+)?", values["CLAMAV_URL"]):
        raise ValueError("CUMPLE_CLAMAV_URL must be tcp://host:port or unix:///path")
    if not re.fullmatch(r"(?:smtps?://.+)?", values["SMTP_URL"]):
        raise ValueError("CUMPLE_SMTP_URL must be smtp://host:port or smtps://host:port")
    if min(values[name] for name in ("OGP_FORUM_MONTHS", "OGP_RESULTS_A_YEAR", "OGP_UPDATES_A_YEAR")) < 1:
        raise ValueError("CUMPLE_OGP_FORUM_MONTHS and CUMPLE_OGP_*_A_YEAR must be at least 1")
    return values | {key: value for key, value in given.items() if key not in SETTINGS}


def _pick(name: str, given: Mapping[str, object], stored: Mapping[str, object]) -> Any:
    setting = SETTINGS[name]
    value: object = setting.default
    for source, key in ((given, name), (os.environ, f"CUMPLE_{name}"), (stored, name.lower())):
        if key in source:
            value = source[key]
            break
    if isinstance(setting.default, bool):
        return (
            value
            if isinstance(value, bool)
            else str(value).strip().lower() in {"1", "true", "yes", "si", "sí"}
        )
    return int(str(value)) if isinstance(setting.default, int) else str(value)


def _kept_secret(instance: Path) -> str:
    """A secret of this installation, made at first start and readable by its owner only."""
    file = instance / "secret_key"
    if not file.exists():
        # Written whole under another name first: two processes that start together read the same secret.
        handle, name = tempfile.mkstemp(dir=instance, prefix="secret_key-")
        with os.fdopen(handle, "w") as target:
            target.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(name, file)
        Path(name).unlink()
    return file.read_text("ascii").strip()
