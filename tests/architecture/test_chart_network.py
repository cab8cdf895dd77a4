"""Who may reach what on a cluster: network policies, and what an ingress hands to the world."""

import pytest

from tests.support.chart import ON_A_CLUSTER, of


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_nobody_goes_where_they_need_not(size: str) -> None:
    policies = of(size, "NetworkPolicy")
    everybody = policies["sixsteps"]["spec"]
    assert set(everybody["policyTypes"]) == {"Ingress", "Egress"}
    ports = {port["port"] for way in everybody["egress"] for port in way["ports"]}
    assert {53, 27017, 443} <= ports
    assert not ports & {25, 465, 587}
    mail = policies["sixsteps-mail"]["spec"]
    assert mail["podSelector"]["matchLabels"]["app.kubernetes.io/name"] == "notifications"
