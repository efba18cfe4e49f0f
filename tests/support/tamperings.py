"""What somebody with the database's password could change, and the mismatches that must name it.

SQL over the names of a busy plan (`:submitted` is a submitted report, `:file` an evidence, ...), by group.
"""

from __future__ import annotations

REPORTS = {
    "the percent of a report": (
        "UPDATE progress_reports SET percent = 99 WHERE uid = :submitted",
        {"report-changed"},
    ),
    "the percent of a validated report": (
        "UPDATE progress_reports SET percent = 99 WHERE uid = :validated",
        {"report-changed", "figure-changed"},
    ),
    "the narrative": (
        "UPDATE progress_reports SET narrative = 'Otra cosa' WHERE uid = :submitted",
        {"report-changed"},
    ),
    "the date of a report": (
        "UPDATE progress_reports SET reported_on = '2026-06-01' WHERE uid = :submitted",
        {"report-changed"},
    ),
    "the day it was handed in": (
        "UPDATE progress_reports SET submitted_at = '2026-01-01 00:00:00+00:00' WHERE uid = :submitted",
        {"report-changed"},
    ),
    "whose report it is": (
        "UPDATE progress_reports SET institution_id = :helper WHERE uid = :submitted",
        {"report-changed"},
    ),
    "which item it is on": (
        "UPDATE progress_reports SET node_id = :other_node WHERE uid = :submitted",
        {"report-changed"},
    ),
    "who wrote it": (
        "UPDATE progress_reports SET author_user_id = :contact WHERE uid = :submitted",
        {"report-changed"},
    ),
    "a status": (
        "UPDATE progress_reports SET status = 'returned' WHERE uid = :submitted",
        {"status-changed"},
    ),
    "a status made valid": (
        "UPDATE progress_reports SET status = 'validated', decided_by_uid = 'x', decided_at = '2026-06-15',"
        " all_means_answered = true WHERE uid = :submitted",
        {"status-changed", "decision-changed"},
    ),
    "a report made a draft": (
        "UPDATE progress_reports SET status = 'draft', recorded_seq = NULL WHERE uid = :submitted",
        {"report-missing"},
    ),
    "who decided": (
        "UPDATE progress_reports SET decided_by_uid = 'x' WHERE uid = :validated",
        {"decision-changed"},
    ),
    "an exception": (
        "UPDATE progress_reports SET exception = 'Visto' WHERE uid = :validated",
        {"decision-changed"},
    ),
    "a recorded step": (
        "UPDATE report_events SET comment = 'Todo bien' WHERE action = 'return'",
        {"action-changed"},
    ),
    "who acted": (
        "UPDATE report_events SET actor_uid = 'x' WHERE action = 'validate'",
        {"action-changed"},
    ),
    "what was accepted": (
        "UPDATE report_events SET accepted_evidence = '[]' WHERE action = 'validate'",
        {"action-changed"},
    ),
    "a step turned into another": (
        "UPDATE report_events SET action = 'validate' WHERE action = 'return'",
        {"action-changed", "status-changed"},
    ),
    "a deleted first step": (
        "DELETE FROM report_events WHERE action = 'submit' AND report_id ="
        " (SELECT id FROM progress_reports WHERE uid = :validated)",
        {"action-missing", "status-changed"},
    ),
    "a deleted return": (
        "DELETE FROM report_events WHERE action = 'return'",
        {"action-missing", "status-changed"},
    ),
}
FIGURES = {
    "a stored figure": (
        "UPDATE activity_current SET validated_percent = 99 WHERE validated_percent IS NOT NULL",
        {"figure-changed"},
    ),
    "a stored total": (
        "UPDATE node_totals SET validated_floor = '99' WHERE node_id = :plan",
        {"figure-changed"},
    ),
    "a stored state": ("UPDATE node_totals SET state = 'complete_on_time'", {"figure-changed"}),
    "a deleted figure": ("DELETE FROM activity_current WHERE node_id = :other_node", {"figure-missing"}),
    "all totals": ("DELETE FROM node_totals", {"figure-missing"}),
}
PLAN = {
    "a title": ("UPDATE plan_nodes SET title = 'Otro' WHERE id = :other_node", {"structure-changed"}),
    "a weight": ("UPDATE plan_nodes SET weight = 5 WHERE id = :other_node", {"structure-changed"}),
    "an item moved elsewhere": (
        "UPDATE plan_nodes SET parent_id = :commitment WHERE id = :other_node",
        {"structure-changed"},
    ),
    "an item taken out": (
        "UPDATE plan_nodes SET withdrawn_on = '2026-01-01' WHERE id = :other_node",
        {"structure-changed"},
    ),
    "an item under another name": (
        "UPDATE plan_nodes SET uid = 'forged' WHERE id = :other_node",
        {"structure-changed", "structure-missing", "unreadable"},
    ),
    "an institution under another name": (
        "UPDATE institutions SET uid = 'forged' WHERE id = :helper",
        {"institution-changed", "institution-missing"},
    ),
    "a window": (
        "UPDATE node_windows SET end_on = '2027-12-31' WHERE node_id = :other_node",
        {"structure-changed"},
    ),
    "an item without its level": ("DELETE FROM activities WHERE id = :other_node", {"structure-missing"}),
    "the day of a plan's approval": (
        "UPDATE action_plans SET approved_on = '2020-01-01', is_demo = NOT is_demo",
        {"structure-changed"},
    ),
    "a deleted window": ("DELETE FROM node_windows WHERE node_id = :other_node", {"structure-changed"}),
    "a role": (
        "UPDATE node_roles SET role = 'lead' WHERE node_id = :other_node AND institution_id = :helper",
        {"structure-changed"},
    ),
    "a verification means": ("UPDATE verification_means SET text = 'Nada'", {"structure-changed"}),
    "a means no longer asked for": (
        "DELETE FROM means_nodes WHERE node_id = :other_node",
        {"structure-changed"},
    ),
    "an institution's name": (
        "UPDATE institutions SET acronym = 'OTRO' WHERE id = :helper",
        {"institution-changed"},
    ),
    "the end of the plan": ("UPDATE action_plans SET ends_on = '2029-01-01'", {"structure-changed"}),
}
VERSIONS = {
    "the words of a version": (
        "UPDATE fact_versions SET content = replace(content, 'Actividad', 'Tarea')",
        {"version-changed", "structure-changed"},
    ),
    "the day of a version": (
        "UPDATE fact_versions SET effective_on = '2029-01-01' WHERE effective_on IS NOT NULL",
        {"version-changed"},
    ),
    "a version filed under another plan": (
        "UPDATE fact_versions SET plan_id = :activity WHERE subject_uid = :activity_uid",
        {"version-changed"},
    ),
    "a version of another subject": (
        "UPDATE fact_versions SET subject_uid = :other_uid WHERE subject_uid = :activity_uid",
        {"version-unrecorded", "version-missing"},
    ),
    "a version that is no JSON": (
        "UPDATE fact_versions SET content = 'x' WHERE subject_uid = :activity_uid",
        {"version-changed", "unreadable"},
    ),
    "a version of another kind": (
        "UPDATE fact_versions SET subject_kind = 'institution' WHERE subject_uid = :activity_uid",
        {"version-changed"},
    ),
    "a deleted version": (
        "DELETE FROM fact_versions WHERE subject_uid = :activity_uid",
        {"version-missing", "structure-changed"},
    ),
}
EVIDENCE = {
    "the title of an evidence": (
        "UPDATE evidence SET title = 'Otro' WHERE uid = :file",
        {"evidence-changed"},
    ),
    "the access of an evidence": (
        "UPDATE evidence SET access = 'confidential' WHERE uid = :file",
        {"evidence-changed"},
    ),
    "what an evidence answers": (
        "DELETE FROM evidence_means WHERE evidence_id = (SELECT id FROM evidence WHERE uid = :file)",
        {"evidence-changed"},
    ),
    "an evidence that was not handed in": (
        "UPDATE evidence SET recorded_seq = NULL WHERE uid = :file",
        {"evidence-missing"},
    ),
    "an evidence moved to another report": (
        "UPDATE evidence SET report_id = (SELECT id FROM progress_reports WHERE uid = :submitted)"
        " WHERE uid = :file",
        {"report-changed"},
    ),
    "the type of a file": ("UPDATE stored_files SET media_type = 'text/html'", {"evidence-changed"}),
    "the size of a file": ("UPDATE stored_files SET size = 1", {"evidence-changed", "file-changed"}),
}
DATES_AND_ACCOUNTS = {
    "a request for other dates": (
        "UPDATE reschedulings SET reason = 'Otra' WHERE uid = :asked",
        {"rescheduling-changed"},
    ),
    "a decision on dates": (
        "UPDATE reschedulings SET resolution = 'Otra' WHERE uid = :moved",
        {"rescheduling-changed"},
    ),
    "a request approved by nobody": (
        "UPDATE reschedulings SET status = 'approved', decided_at = '2026-06-15' WHERE uid = :asked",
        {"rescheduling-changed"},
    ),
    "a request under another name": (
        "UPDATE reschedulings SET uid = 'forged' WHERE uid = :asked",
        {"rescheduling-unrecorded", "rescheduling-missing"},
    ),
    "an account under another name": (
        "UPDATE users SET uid = 'forged' WHERE id = :contact",
        {"account-unrecorded", "account-missing"},
    ),
    "an institution that an account was never given": (
        "UPDATE memberships SET institution_id = :helper WHERE user_id = :liaison",
        {"account-changed"},
    ),
    "an account closed by nobody": (
        "UPDATE users SET is_active = false WHERE id = :contact",
        {"account-changed"},
    ),
    "a deleted request": ("DELETE FROM reschedulings WHERE uid = :moved", {"rescheduling-missing"}),
    "the role of an account": (
        "UPDATE users SET role = 'contact_point' WHERE id = :liaison",
        {"account-changed"},
    ),
}
LOG = {
    "the words of the log": (
        "UPDATE audit_payloads SET content = replace(content, 'Falta el acta', 'Bien')"
        " WHERE content"
        " LIKE '%acta.%'",
        {"payload-changed", "action-changed"},
    ),
    "the log made unreadable": ("UPDATE audit_payloads SET content = 'x' WHERE seq = 3", {"payload-changed"}),
    "words of the log erased": ("DELETE FROM audit_payloads WHERE seq = 3", {"payload-missing"}),
    "who did it in the log": ("UPDATE audit_events SET actor_uid = 'x' WHERE seq = 5", {"chain-broken"}),
    "when it was in the log": (
        "UPDATE audit_events SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 5",
        {"chain-broken"},
    ),
    "a link of the chain": ("UPDATE audit_events SET previous_hash = hash WHERE seq = 5", {"chain-broken"}),
}
FORGED_ROWS = {
    "a forged report": (
        "INSERT INTO progress_reports (uid, thread_uid, version, node_id, institution_id, status, percent,"
        " narrative, reported_on, departure_reason, no_progress, obstacle, needed, origin, author_uid,"
        " created_at, updated_at, submitted_at, recorded_seq, decided_by_uid, all_means_answered, exception,"
        " lock_version) SELECT 'forged', 'forged', 1, node_id, institution_id, status, percent, narrative,"
        " reported_on, '', no_progress, '', '', origin, author_uid, created_at, updated_at, submitted_at,"
        " recorded_seq, '', all_means_answered, '', 1 FROM progress_reports WHERE uid = :submitted",
        {"report-unrecorded"},
    ),
    "a forged step": (
        "INSERT INTO report_events (uid, report_id, action, recorded_seq, at, actor_uid, actor_label,"
        " comment, exception, signed_name, contradicts_narrative, accepted_evidence) SELECT 'forged', r.id,"
        " 'validate', e.recorded_seq, e.at, e.actor_uid, e.actor_label, '', '', '', false, '[]'"
        " FROM progress_reports r, report_events e WHERE r.uid = :submitted AND e.action = 'validate'"
        " AND e.report_id = (SELECT id FROM progress_reports WHERE uid = :validated)",
        {"action-unrecorded", "status-changed"},
    ),
    "a step told twice": (
        "INSERT INTO report_events (uid, report_id, action, recorded_seq, at, actor_uid, actor_label,"
        " comment, exception, signed_name, contradicts_narrative, accepted_evidence) SELECT 'forged',"
        " report_id, action, recorded_seq, at, actor_uid, actor_label, comment, '', '', false,"
        " accepted_evidence"
        " FROM report_events WHERE action = 'return'",
        {"action-unrecorded", "status-changed"},
    ),
    "a forged version": (
        "INSERT INTO fact_versions (subject_kind, subject_uid, plan_id, commitment_id, recorded_seq,"
        " effective_on, content) SELECT subject_kind, subject_uid, plan_id, commitment_id, 1, NULL,"
        " replace(content, 'Actividad', 'Tarea') FROM fact_versions WHERE subject_uid = :activity_uid",
        {"version-unrecorded"},
    ),
    "a forged evidence": (
        "INSERT INTO evidence (uid, report_id, kind, title, url, filename, description, effective_on, access,"
        " legal_ground, author_uid, created_at, recorded_seq) SELECT 'forged', report_id, 'link', 'x',"
        " 'https://x.gt', '', '', effective_on, access, '', author_uid, created_at, recorded_seq"
        " FROM evidence WHERE uid = :file",
        {"evidence-unrecorded", "report-changed"},
    ),
    "a forged account": (
        "INSERT INTO users (uid, email, name, role, password_hash, locale, is_active, is_demo, created_at)"
        " SELECT 'forged', 'x@example.test', '', 'admin', password_hash, 'es', is_active, is_demo, created_at"
        " FROM users WHERE id = :liaison",
        {"account-unrecorded"},
    ),
}
GROUPS = {
    "reports": REPORTS,
    "figures": FIGURES,
    "plan": PLAN,
    "versions": VERSIONS,
    "evidence": EVIDENCE,
    "dates and accounts": DATES_AND_ACCOUNTS,
    "log": LOG,
    "forged rows": FORGED_ROWS,
}
