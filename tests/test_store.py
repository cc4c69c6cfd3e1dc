"""What the store promises, on three kinds of Redis: in this process, a real server, a real cluster of three."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import fakeredis
import pytest
from redis import Redis
from redis.cluster import RedisCluster

from service import store
from service.core import record
from service.core.model import Answer, Contact, Entry, Pace, Turn
from service.store import Store, StoreDown, keys
from service.store.packed import MOST, pack, unpack
from service.vault import Vault
from tests.conftest import NOW, Server, need_redis

# No chance in the keys: who shares a shard with whom is the same every time.
VAULT = Vault(bytes(range(32)), (bytes(range(32, 64)),))
ID = VAULT.contact_id("+15550001111")
SID = "SM" + "0" * 32


def turn(*replies: str, contact: Contact | None = None, journal: tuple[Entry, ...] = ()) -> Turn:
    return Turn(contact or Contact(NOW), replies, journal)


@pytest.fixture(params=["embedded", "server", "cluster"])
def kind(request: pytest.FixtureRequest) -> tuple[Any, str]:
    """A client to look behind the store's back, and the store's own REDIS_URL ("" for this process)."""
    if request.param == "embedded":
        return fakeredis.FakeRedis(), ""
    if request.param == "server":
        server: Server = request.getfixturevalue("redis_server")
        return Redis(port=server.port), server.url
    nodes: list[Server] = request.getfixturevalue("cluster")
    return RedisCluster("127.0.0.1", nodes[0].port), nodes[0].url.replace("redis://", "redis+cluster://")


@pytest.fixture
def client(kind: tuple[Any, str]) -> Iterator[Any]:
    kind[0].flushall()
    yield kind[0]
    kind[0].close()


@pytest.fixture
def kept(client: Any, kind: tuple[Any, str]) -> Store:
    return Store(VAULT, lambda: store.connect(kind[1]) if kind[1] else client)


def test_a_stranger_is_not_there(kept: Store) -> None:
    assert kept.load(ID, SID) == store.Loaded(None, "", None)
    assert kept.journal(ID) == []
    assert kept.ready()


def test_a_turn_is_kept_whole(kept: Store) -> None:
    entry = Entry(NOW, "left", "plain")
    assert kept.commit(ID, SID, "", turn("hello", contact=Contact(NOW, left=NOW), journal=(entry,))) == Answer(("hello",))
    loaded = kept.load(ID, SID)

    assert loaded.contact == Contact(NOW, left=NOW)
    assert loaded.answered == Answer(("hello",))
    assert kept.load(ID, SID.replace("0", "1")).answered is None
    assert kept.journal(ID) == [entry]


def test_a_stale_turn_changes_nothing(kept: Store) -> None:
    kept.commit(ID, SID, "", turn("first"))
    version = kept.load(ID, SID).version

    for stale in ("", "0" * 16):
        assert kept.commit(ID, SID.replace("0", "1"), stale, turn("second", journal=(Entry(NOW, "left", "x"),))) is None
    assert kept.load(ID, SID).version == version
    assert kept.journal(ID) == []


def test_a_message_is_answered_once(kept: Store) -> None:
    kept.commit(ID, SID, "", turn("first"))
    loaded = kept.load(ID, SID)

    assert kept.commit(ID, SID, loaded.version, turn("second", contact=Contact(0))) == Answer(("first",))
    assert kept.load(ID, SID) == loaded


def test_silence_is_an_answer_too(kept: Store) -> None:
    kept.commit(ID, SID, "", turn())

    assert kept.load(ID, SID).answered == Answer()


def test_versions_are_never_used_again(kept: Store, client: Any) -> None:
    kept.commit(ID, SID, "", turn("a"))
    first = kept.load(ID, SID).version
    for key in keys.of(ID, SID):
        client.delete(key)
    kept.commit(ID, SID, "", turn("a"))

    assert kept.load(ID, SID).version != first


def test_strangers_are_forgotten_and_who_left_is_not(kept: Store, client: Any) -> None:
    contact, seen, journal, said, _ = keys.of(ID, SID)
    kept.commit(ID, SID, "", turn("a", journal=(Entry(NOW, "x", "y"),)))
    assert 89 * 86400 < client.ttl(contact) <= 90 * 86400
    assert client.ttl(journal) == -1, "the journal is for ever"
    assert 47 * 3600 < client.ttl(seen) <= 48 * 3600
    assert 47 * 3600 < client.ttl(said) <= 48 * 3600

    kept.commit(ID, SID.replace("0", "1"), kept.load(ID, SID).version, turn("a", contact=Contact(NOW, left=NOW)))
    assert client.ttl(contact) == -1

    back = turn("a", contact=Contact(NOW))
    kept.commit(ID, SID.replace("0", "2"), kept.load(ID, SID).version, back)
    assert client.ttl(contact) > 0


def test_all_keys_of_a_person_are_in_one_slot() -> None:
    tags = {key[key.index("{") : key.index("}") + 1] for key in keys.of(ID, SID)}

    assert tags == {f"{{{ID[:2]}}}"}


def test_racing_turns_lose_nothing(kept: Store) -> None:
    """Two hundred turns at once, each counted in the record: as if one after the other."""
    kept.commit(ID, SID, "", turn("start", contact=Contact(0.0)))

    def count(n: int) -> None:
        message = f"SM{n:032x}"
        while True:
            loaded = kept.load(ID, message)
            assert loaded.contact
            moved = replace(loaded.contact, since=loaded.contact.since + 1)
            if kept.commit(ID, message, loaded.version, turn(str(n), contact=moved)) is not None:
                return

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(1, 201)))

    contact = kept.load(ID, SID).contact
    assert contact
    assert contact.since == 200


def test_two_trips_a_text_at_most(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.commit(ID, SID, "", turn("a"))
    trips: list[str] = []
    send = kept._client.execute_command
    monkeypatch.setattr(kept._client, "execute_command", lambda *command: (trips.append(command[0]), send(*command))[1])

    loaded = kept.load(ID, SID.replace("0", "1"))
    kept.commit(ID, SID.replace("0", "1"), loaded.version, turn("b", journal=(Entry(NOW, "x", "y"),)))
    assert trips == ["MGET", "EVALSHA"]


def test_a_script_that_redis_forgot_is_given_again(kept: Store, client: Any) -> None:
    kept.commit(ID, SID, "", turn("a"))
    client.script_flush()

    assert kept.commit(ID, SID.replace("0", "1"), kept.load(ID, SID).version, turn("b")) == Answer(("b",))


def test_nothing_stands_there_in_clear(kept: Store, client: Any) -> None:
    kept.commit(ID, SID, "", turn("canary reply", journal=(Entry(NOW, "canary entry", "x"),)))
    its = keys.of(ID, SID)
    values = [client.get(its.contact), client.get(its.seen), *client.lrange(its.journal, 0, -1)]

    assert len(values) == 3
    assert not any(b"canary" in value or b"since" in value for value in values)


def test_a_record_that_does_not_open_says_what_to_do(kept: Store, client: Any) -> None:
    """Made with a key that is gone, or not what it claims to be: only leaving may be written over it."""
    kept.commit(ID, SID, "", turn("a"))
    other = Store(Vault(os.urandom(32), (os.urandom(32),)), lambda: client)
    with pytest.raises(StoreDown, match="SECRET_KEYS"):
        other.load(ID, SID)
    lost = other.load(ID, SID.replace("0", "1"))
    assert lost.contact is None
    assert "SECRET_KEYS" in lost.unreadable

    for broken in (b'{"v":1}', b"[]", b"no json"):
        client.set(keys.of(ID, SID).contact, b"0" * 16 + VAULT.seal(broken, f"contact:{ID}"))
        assert kept.load(ID, SID).unreadable == "a record cannot be read"
    client.set(keys.of(ID, SID).contact, b"")
    assert kept.load(ID, SID).unreadable
    assert kept.commit(ID, SID.replace("0", "2"), "", turn("left")) == Answer(("left",))
    assert kept.load(ID).contact == Contact(NOW), "written over, its version as long as any"


def test_what_is_missing_in_an_old_record_is_at_rest(kept: Store, client: Any) -> None:
    old = b'{"since":1,"left":2,"place":{"screen":"home"},"alarm":"x","pace":{"replies":[1.0],"print":3},"new":{}}'
    client.set(keys.of(ID, SID).contact, b"0" * 16 + VAULT.seal(old, f"contact:{ID}"))

    assert kept.load(ID, SID).contact == Contact(1.0, left=2, pace=Pace((1.0,), 3))


def test_the_sealed_length_does_not_tell_the_reply(kept: Store, client: Any) -> None:
    kept.commit(ID, SID, "", turn("short"))
    kept.commit(ID, SID.replace("0", "1"), kept.load(ID, SID).version, turn("a much longer reply " * 15))
    lengths = {len(client.get(keys.of(ID, sid).seen)) for sid in (SID, SID.replace("0", "1"))}

    assert len(lengths) == 1


def test_a_wake_keeps_no_reply_and_leaves_nothing_behind(kept: Store, client: Any) -> None:
    kept.commit(ID, SID, "", turn("a"))
    before = sorted(client.keys("*"))
    for _ in range(3):
        assert kept.advance(ID, kept.load(ID).version, turn())

    assert sorted(client.keys("*")) == before
    assert client.zrange(keys.of(ID).said, 0, -1) == [SID.encode()]
    assert kept.load(ID, SID).answered == Answer(("a",))
    assert kept.advance(ID, "0" * 16, turn()) is None, "a wake can be stale too"


def test_forgetting_drops_all_replies_but_this_one(kept: Store) -> None:
    sids = [f"SM{n:032x}" for n in range(4)]
    for sid in sids[:3]:
        kept.commit(ID, sid, kept.load(ID).version, turn(sid))
    kept.commit(ID, sids[3], kept.load(ID).version, replace(turn("gone"), forget=True))
    assert [kept.load(ID, sid).answered for sid in sids] == [None, None, None, Answer(("gone",))]

    kept.advance(ID, kept.load(ID).version, replace(turn(), forget=True))
    assert kept.load(ID, sids[3]).answered is None


def test_a_record_is_packed_and_an_old_one_still_opens(kept: Store, client: Any) -> None:
    plain = record.dump(Contact(NOW, history="x" * 700))
    assert unpack(pack(plain)) == plain
    assert unpack(plain) == plain
    assert len(pack(plain)) % 64 == 0
    assert len(pack(plain)) < len(plain) / 4
    for broken in (pack(b"x" * (MOST + 1)), pack(plain)[:9], b"\x01\xff"):
        with pytest.raises(ValueError, match="a record"):
            unpack(broken)
    client.set(keys.of(ID).contact, b"0" * 16 + VAULT.seal(plain.ljust(1024), f"contact:{ID}"))
    assert kept.load(ID).contact == Contact(NOW, history="x" * 700)


def test_doubt_begins_when_redis_was_started_again(tmp_path: Path) -> None:
    """Commits may have been lost with the last run; the first wake after it looks up what it doubts."""
    need_redis()
    server = Server(tmp_path / "redis", "--appendonly", "yes", "--appendfsync", "always").start()
    kept = Store(VAULT, lambda: store.connect(server.url))
    assert not kept.load(ID).doubt
    kept.commit(ID, SID, "", turn("a"))
    assert not kept.load(ID).doubt
    server.stop()
    with pytest.raises(StoreDown):
        kept.load(ID)
    server.start()
    try:
        assert kept.load(ID).doubt
        assert not kept.load(ID, SID).doubt, "a webhook does not ask"
        kept.commit(ID, SID.replace("0", "1"), kept.load(ID).version, turn("b"))
        assert kept.load(ID).doubt, "a text looks nothing up"
        kept.advance(ID, kept.load(ID).version, turn(), wake=True)
        assert not kept.load(ID).doubt
        kept.advance(ID, kept.load(ID).version, turn())
        assert not kept.load(ID).doubt
    finally:
        server.stop()


def test_a_redis_that_hides_its_run_is_away(redis_server: Server) -> None:
    """A user without +info could not tell a restart: better no reminder than one twice."""
    with Redis(port=redis_server.port) as admin:
        admin.acl_setuser("blind", enabled=True, nopass=True, keys=["*"], commands=["+@all", "-info"])
    blind = Store(VAULT, lambda: store.connect(redis_server.url.replace("//", "//blind:x@")))
    with pytest.raises(StoreDown, match="ResponseError"):
        blind.load(ID)


def test_a_redis_that_is_not_there() -> None:
    nowhere = Store(VAULT, lambda: store.connect("redis://127.0.0.1:1"))

    with pytest.raises(StoreDown):
        nowhere.load(ID, SID)
    assert not nowhere.ready()


def test_a_full_redis_keeps_nothing_half(redis_server: Server) -> None:
    """With noeviction a script that began with a removal would go through; ours begins with the record."""
    with Redis(port=redis_server.port) as admin:
        admin.flushall()
        full = Store(VAULT, lambda: store.connect(redis_server.url))
        full.commit(ID, SID, "", turn("a"))
        before = full.load(ID, SID)
        admin.config_set("maxmemory-policy", "noeviction")
        admin.config_set("maxmemory", "1mb")
        try:
            with pytest.raises(StoreDown, match="OutOfMemory"):
                full.commit(ID, SID.replace("0", "1"), before.version, turn("b", journal=(Entry(NOW, "x", "y"),)))
            assert full.load(ID, SID) == before
        finally:
            admin.config_set("maxmemory", "0")
        assert full.journal(ID) == []
        assert full.commit(ID, SID.replace("0", "1"), before.version, turn("b")) == Answer(("b",))
