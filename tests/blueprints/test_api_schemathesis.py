"""schemathesis against the document: what it says is what is answered, to good and to bad requests."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from tests.support.factories.api import make_api_token
from tests.support.factories.work import make_work

EXAMPLES = 3
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# What is sent may have the shape described and still break a rule of reports: that is 422, and no mistake.
CONFIG = SchemathesisConfig.from_dict(
    {
        "operations": [
            {
                "include-operation-id": "progress-send",
                "checks": {
                    "positive_data_acceptance": {"expected-statuses": ["2xx", 404, 409, 422]},
                },
            }
        ]
    }
)
# A good cursor comes out of an answer: one made up is refused, however well it is spelt. So are names of
# fields, which are the answer's; and a value that names something that is there, which no schema lists.
NOT_MADE_UP = {"cursor", "fields"}


def _story(scene) -> dict[str, str]:
    """Something of each kind to be read."""
    return {"progress": scene.validated(percent=60), "activity": scene.activity.uid}


@pytest.fixture
def work(app, monkeypatch):
    monkeypatch.setitem(app.config, "API_WRITES_PER_HOUR", 0)
    return make_work(app, _story)


def _checked(schema: Any, token: str, real: dict[str, dict[str, Any]]) -> int:
    """Every operation with good and with bad requests, of things that are there and of those made up."""
    done = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in GenerationMode:
            places = [None, real[operation.path]] if operation.path in real else [None]
            for place in places:
                _run(operation, mode, place, token)
                done += 1
    return done


def _run(operation: Any, mode: GenerationMode, place: Any, token: str) -> None:
    cases = operation.as_strategy(generation_mode=mode)

    @BOUNDED
    @given(case=cases, key=st.uuids())
    def sends(case: Any, key: Any) -> None:
        if place is not None and mode is GenerationMode.POSITIVE:
            case.path_parameters = dict(place)
        if mode is GenerationMode.POSITIVE and case.query:
            case.query = {name: value for name, value in case.query.items() if name not in NOT_MADE_UP}
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        if mode is GenerationMode.POSITIVE and operation.method == "post":
            headers["Idempotency-Key"] = key.hex
        case.call_and_validate(headers=headers)

    sends()


def test_every_operation_does_what_the_document_says(app, work):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=CONFIG)
    with app.app_context():
        commitment = work.made.commitments[0].uid
    uid = work.told["progress"]
    real = {
        "/plans/{number}": {"number": 4},
        "/plans/{number}/commitments": {"number": 4},
        "/commitments/{uid}": {"uid": commitment},
        "/activities/{uid}": {"uid": work.activity.uid},
        "/progress/{uid}": {"uid": uid},
        "/submissions/{uid}": {"uid": uid},
        "/institutions/{name}": {"name": work.made.lead.acronym},
    }
    assert _checked(schema, make_api_token(work, "liaison"), real) > 40
