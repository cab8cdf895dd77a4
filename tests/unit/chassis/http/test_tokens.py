"""Tokens: who is believed, and every attack that is not."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key
from structlog.testing import capture_logs

from shared.chassis.declarations.facts import Actor
from shared.chassis.http.keysets import COOL_DOWN_SECONDS, KEEP_SECONDS, KeySource, from_address
from shared.chassis.http.problems import Problem
from shared.chassis.http.tokens import Issuer, TokenAuthenticator
from shared.chassis.ports import Unavailable
from tests.support.shoe_counter import Counter
from tests.support.shoe_works import SetClock
from tests.support.tokens import (
    AUDIENCE,
    EC,
    ED,
    ISSUER,
    NOW,
    RSA,
    STRANGER,
    confused,
    key_file,
    token,
    unsigned,
    with_header,
)

AT = int(NOW.timestamp())


@pytest.fixture
def authenticator(tmp_path: Path) -> TokenAuthenticator:
    issuer = Issuer(issuer=ISSUER, audience=AUDIENCE, jwks_file=key_file(tmp_path))
    return TokenAuthenticator([issuer], "shops", SetClock(NOW))


@pytest.mark.parametrize("key", [RSA, EC, ED], ids=["RS256", "ES256", "Ed25519"])
async def test_a_good_token_says_who_asks(authenticator: TokenAuthenticator, key: Any) -> None:
    who = await authenticator.actor("Bearer " + token("clerk", key=key, shops=["s1"], regions=["north", "south"]))
    assert who == Actor(
        kind="person",
        id="ann",
        roles=frozenset({"clerk"}),
        regions=frozenset({"north", "south"}),
        units=frozenset({"s1"}),
    )


@pytest.mark.filterwarnings("ignore:EdDSA")
async def test_the_older_name_of_the_edwards_curve_still_counts(authenticator: TokenAuthenticator) -> None:
    assert await authenticator.actor("Bearer " + token("clerk", key=ED, header={"alg": "EdDSA"}))


async def test_a_system_that_speaks_for_itself_is_a_partner(authenticator: TokenAuthenticator) -> None:
    who = await authenticator.actor("Bearer " + token("feed", sub="lms", client_id="lms"))
    assert who is not None
    assert who.kind == "partner"


@pytest.mark.parametrize(
    "fine",
    [
        token("clerk", header={"typ": None}),
        token("clerk", header={"typ": "application/at+jwt"}),
        token("clerk", exp=AT - 29),
        token("clerk", iat=AT + 29),
        token("clerk", aud=["another", AUDIENCE]),
    ],
)
async def test_what_the_rules_leave_open_counts(authenticator: TokenAuthenticator, fine: str) -> None:
    assert await authenticator.actor(f"bearer {fine}")


ATTACKS = {
    "expired, and signed by a stranger": token("clerk", exp=AT - 31, key=STRANGER),
    "without an end": token("clerk", exp=None),
    "without a beginning": token("clerk", iat=None),
    "without a person": token("clerk", sub=None),
    "without an issuer": token("clerk", iss=None),
    "without an audience": token("clerk", aud=None),
    "issued in the future": token("clerk", iat=AT + 31),
    "not valid yet": token("clerk", nbf=AT + 31),
    "of another issuer": token("clerk", iss="https://evil.test"),
    "of an issuer with the same beginning": token("clerk", iss=ISSUER + ".evil"),
    "for another audience": token("clerk", aud="another"),
    "for an audience with the same beginning": token("clerk", aud=AUDIENCE + "-2"),
    "unsigned": unsigned("clerk"),
    "unsigned, oddly spelled": unsigned("clerk", algorithm="nOnE"),
    "signed with the public key as secret": confused("clerk"),
    "signed by a stranger": token("clerk", key=STRANGER),
    "with an unknown key": token("clerk", header={"kid": "../../etc/passwd"}),
    "without a key's id, among several": token("clerk", header={"kid": None}),
    "tampered": with_header(token("clerk"), kid="ec"),
    "naming its own key's address": token("clerk", header={"jku": "https://evil.test/jwks"}),
    "bringing its own key": token("clerk", header={"jwk": STRANGER.as_dict(private=False)}),
    "bringing a certificate's address": token("clerk", header={"x5u": "https://evil.test/x"}),
    "with demands": with_header(token("clerk"), crit=["exp"]),
    "an identity token": token("clerk", header={"typ": "id+jwt"}),
    "any other kind": token("clerk", header={"typ": "JWT"}),
    "with an algorithm that is no text": with_header(token("clerk"), alg=["RS256"]),
    "with a person that is no id": token("clerk", sub="a b\n"),
    "with roles that are no list": token(roles="clerk"),
    "with regions that are no words": token("clerk", regions=[1]),
    "huge": token("clerk", padding="x" * 20_000),
    "no token": "x",
    "dots": "..",
    "not base64": "é.é.é",
    "deep": base64.urlsafe_b64encode(b"[" * 9_000).decode() + ".e30.x",
}


@pytest.mark.parametrize("bad", ATTACKS.values(), ids=ATTACKS.keys())
async def test_a_bad_token_does_not_count(authenticator: TokenAuthenticator, bad: str) -> None:
    with pytest.raises(Problem) as refused:
        await authenticator.actor(f"Bearer {bad}")
    assert (refused.value.status, refused.value.code) == (401, "invalid_token")
    assert refused.value.headers["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'


async def test_another_scheme_does_not_count(authenticator: TokenAuthenticator) -> None:
    with pytest.raises(Problem):
        await authenticator.actor("Basic YW5uOnNlY3JldA==")


async def test_the_answer_to_a_bad_token_says_nothing_about_why(counter: Counter) -> None:
    answer = await counter.get("/v1/orders/x", ATTACKS["for another audience"])
    assert (answer.status_code, answer.json()["detail"]) == (401, "The token does not count.")


async def test_the_answer_to_a_token_that_was_good_once_says_that_it_has_expired(counter: Counter) -> None:
    answer = await counter.get("/v1/orders/x", token("clerk", exp=AT - 31))
    assert (answer.status_code, answer.json()["code"]) == (401, "expired")
    assert answer.headers["WWW-Authenticate"].endswith('_token", error_description="The token has expired"')


@pytest.mark.parametrize("sources", [{}, {"jwks_file": "a", "jwks_uri": "b"}])
def test_an_issuer_has_exactly_one_source_of_keys(sources: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either"):
        Issuer.model_validate({"issuer": ISSUER, "audience": AUDIENCE, **sources})


class Source:
    """Keys at an address that may be away."""

    def __init__(self) -> None:
        self.keys: list[Key] = [RSA]
        self.odd: list[Any] = []
        self.away = False
        self.asked = 0
        self.time = 0.0
        self.keyring = KeySource(from_address("http://issuer.test/jwks", httpx2.MockTransport(self._answer)), self._now)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked += 1
        if self.away:
            return httpx2.Response(502)
        return httpx2.Response(
            200, content=json.dumps({"keys": [*self.odd, *(key.as_dict(private=False) for key in self.keys)]})
        )

    def _now(self) -> float:
        return self.time


async def test_keys_are_read_once_and_again_when_they_are_old() -> None:
    source = Source()
    assert await source.keyring.key("rsa")
    assert await source.keyring.key("rsa")
    assert source.asked == 1
    source.time = KEEP_SECONDS + 1
    assert await source.keyring.key("rsa")
    assert source.asked == 2


async def test_an_unknown_key_is_looked_for_but_not_more_often_than_the_cool_down() -> None:
    source = Source()
    assert await source.keyring.key("rsa")
    source.keys = [RSA, EC]
    assert await source.keyring.key("ec") is None
    source.time = COOL_DOWN_SECONDS + 1
    assert await source.keyring.key("ec")
    assert source.asked == 2
    assert [await source.keyring.key("nobody") for _ in range(20)] == [None] * 20
    assert source.asked == 2


async def test_a_key_that_was_taken_away_no_longer_counts() -> None:
    source = Source()
    assert await source.keyring.key("rsa")
    source.keys, source.time = [EC], KEEP_SECONDS + 1
    assert await source.keyring.key("rsa") is None


@pytest.mark.parametrize(
    "odd", [{"kty": "OKP", "crv": "Ed9999", "x": "AA", "kid": "odd"}, {"kid": "odd"}, {"kty": "AKP"}]
)
async def test_a_key_of_a_kind_we_do_not_know_does_not_keep_one_that_was_taken_away(odd: Any) -> None:
    source = Source()
    assert await source.keyring.key("rsa")
    source.keys, source.odd, source.time = [EC], [odd], KEEP_SECONDS + 1
    assert await source.keyring.key("ec")
    assert await source.keyring.key("rsa") is None
    assert await source.keyring.key("odd") is None


async def test_keys_of_which_we_know_none_are_no_answer() -> None:
    source = Source()
    assert await source.keyring.key("rsa")
    source.keys, source.odd, source.time = [], [{"kid": "odd"}], KEEP_SECONDS + 1
    assert await source.keyring.key("rsa")


async def test_a_key_for_hiding_something_signs_nothing() -> None:
    source = Source()
    source.keys = [RSA, ECKey.generate_key("P-256", {"kid": "hiding", "use": "enc"})]
    assert await source.keyring.key("hiding") is None


async def test_while_one_waits_for_a_slow_issuer_the_others_go_on() -> None:
    asked, slow = 0, asyncio.Event()

    async def fetch() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        if asked > 1:
            await slow.wait()
        return {"keys": [RSA.as_dict(private=False)]}

    now = [0.0]
    keyring = KeySource(fetch, lambda: now[0])
    assert await keyring.key("rsa")
    now[0] = KEEP_SECONDS + 1
    waiting = asyncio.create_task(keyring.key("rsa"))
    await asyncio.sleep(0)
    assert await asyncio.wait_for(keyring.key("rsa"), 1)
    slow.set()
    assert await waiting


async def test_known_keys_count_while_their_source_is_away() -> None:
    source = Source()
    assert await source.keyring.key("rsa")
    source.away, source.time = True, KEEP_SECONDS + 1
    assert await source.keyring.key("rsa")
    assert await source.keyring.key("ec") is None


async def test_keys_that_are_known_go_on_counting_while_the_issuer_is_away_and_the_log_says_so() -> None:
    source = Source()
    assert await source.keyring.key("rsa")
    source.away, source.time = True, KEEP_SECONDS + 1
    with capture_logs() as told:
        assert await source.keyring.key("rsa")
    assert [(line["event"], line["fault"]) for line in told] == [("signing_keys_not_read", "HTTPStatusError")]


async def test_without_any_keys_nobody_is_let_in_and_one_may_ask_again() -> None:
    source = Source()
    source.away = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            await source.keyring.key("rsa")
    source.away, source.time = False, COOL_DOWN_SECONDS + 1
    assert await source.keyring.key("rsa")


async def test_a_token_that_was_believed_counts_no_longer_than_it_says(tmp_path: Path) -> None:
    clock, good = SetClock(NOW), "Bearer " + token("clerk")
    issuer = Issuer(issuer=ISSUER, audience=AUDIENCE, jwks_file=key_file(tmp_path))
    authenticator = TokenAuthenticator([issuer], "shops", clock)
    assert await authenticator.actor(good)
    clock.pass_by(days=2)
    with pytest.raises(Problem):
        await authenticator.actor(good)


async def test_of_the_tokens_that_were_proved_only_so_many_are_remembered(tmp_path: Path) -> None:
    issuer = Issuer(issuer=ISSUER, audience=AUDIENCE, jwks_file=key_file(tmp_path))
    authenticator = TokenAuthenticator([issuer], "shops", SetClock(NOW), remembered=2)
    for name in ("a", "b", "c"):
        assert await authenticator.actor("Bearer " + token("clerk", sub=name, key=ED))
    assert len(authenticator._seen) == 2


async def test_a_token_that_was_believed_is_proved_anew_under_another_key(
    authenticator: TokenAuthenticator,
) -> None:
    good = token("clerk")
    assert await authenticator.actor(f"Bearer {good}")
    with pytest.raises(JoseError):
        authenticator._proven(good, STRANGER)
