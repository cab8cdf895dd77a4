"""Metrics say which service they speak of, each process in a registry of its own."""

from shared.chassis.metrics import Metrics


def test_what_was_counted_is_told() -> None:
    metrics = Metrics("shoes")
    metrics.command("PlaceOrder", "done")
    metrics.refusal("PlaceOrder", "sold_out")
    metrics.http("POST", "/v1/orders/{order_id}:pay", 409, 0.03)
    metrics.unrelayed(2, 1.5)
    told = metrics.text().decode()
    assert 'sixsteps_commands_total{command="PlaceOrder",result="done",service="shoes"} 1.0' in told
    assert 'sixsteps_refusals_total{code="sold_out",command="PlaceOrder",service="shoes"} 1.0' in told
    assert 'route="/v1/orders/{order_id}:pay",service="shoes",status="409"} 1.0' in told
    assert 'sixsteps_relay_oldest_seconds{service="shoes"} 1.5' in told


def test_two_services_in_one_process_do_not_meet() -> None:
    Metrics("shoes").command("PlaceOrder", "done")
    assert b"PlaceOrder" not in Metrics("boots").text()
