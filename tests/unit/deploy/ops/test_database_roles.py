"""Each service has its own database; the operator has all of them, and those of a drill."""

import base64
import json

from deploy.ops.database_roles import Role, database_roles
from deploy.ops.drill import BESIDE
from deploy.ops.rights import OPERATOR

SETTINGS = {
    "SIXSTEPS_DEPLOYMENT": "test",
    "SIXSTEPS_KAFKA": "k:1",
    "SIXSTEPS_MONGO": "mongodb://m:1",
    "SIXSTEPS_ISSUERS": json.dumps([{"issuer": "https://id.test", "audience": "x", "jwks_file": "none.json"}]),
    "SIXSTEPS_CARD_KEYS": f"k:{base64.b64encode(bytes(32)).decode()}",
}


def test_a_service_may_nothing_in_another_s_database_and_the_operator_also_drills() -> None:
    platform = {"enrolment": {**SETTINGS, "SIXSTEPS_DATABASE": "ours"}, "network": SETTINGS}
    own = ["ours", "sixsteps_network"]
    assert database_roles(platform, {"network": "svc-network"}) == [
        Role("enrolment", "readWrite", "ours"),
        Role("svc-network", "readWrite", "sixsteps_network"),
        *(Role(OPERATOR, "readWrite", each) for name in own for each in (name, f"{name}{BESIDE}")),
    ]
