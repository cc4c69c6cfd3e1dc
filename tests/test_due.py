"""What the due index, the pace and the upkeep promise, on three kinds of Redis."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from redis import Redis

from service import store
from service.core.model import Consent, Contact, Entry, Turn
from service.store import SharedClock, Store, StoreDown, keys
from service.store.upkeep import LONGEST_LEASE
from service.vault import Vault
from tests import test_store
from tests.conftest import NOW, Server, need_redis, until

VAULT, SID = test_store.VAULT, test_store.SID
IDS = [VAULT.contact_id(f"+1555000{n:04}") for n in range(120)]
ID = IDS[0]
LEASE = 60.0
MEMBER = Contact(NOW, consent=Consent(NOW, 4, "x"))

kind, client, kept = test_store.kind, test_store.client, test_store.kept


def turn(due: float | None, contact: Contact = MEMBER) -> Turn:
    return Turn(contact, due=due)


def enrol(kept: Store, dues: dict[str, float | None]) -> None:
    for id, due in dues.items():
        assert kept.advance(id, kept.load(id).version, turn(due))


def test_due_goes_with_the_commit(kept: Store) -> None:
    assert (kept.due_of(ID), kept.next_due(), kept.enrolled(), kept.overdue(NOW)) == (None, None, 0, 0)
    enrol(kept, {ID: NOW + 0.125, IDS[1]: NOW - 5})
    assert (kept.due_of(ID), kept.next_due(), kept.enrolled(), kept.overdue(NOW)) == (NOW + 0.125, NOW - 5, 2, 1)
    assert kept.soonest(NOW, 5) == [(NOW - 5, IDS[1][:2])]

    assert kept.advance(ID, "0" * 16, turn(NOW + 9)) is None
    assert kept.due_of(ID) == NOW + 0.125, "a stale turn changes nothing"
    enrol(kept, {ID: None, IDS[1]: None})
    assert (kept.due_of(ID), kept.next_due()) == (None, None)


def test_the_oldest_are_claimed_first_and_none_is_taken_out(kept: Store) -> None:
    enrol(kept, {id: NOW - n if n % 3 else NOW + 1 + n for n, id in enumerate(IDS)})
    oldest = [id for n, id in reversed(list(enumerate(IDS))) if n % 3]

    assert kept.claim(NOW, 0, LEASE) == []
    assert kept.claim(NOW, 30, LEASE) == oldest[:30]
    assert kept.claim(NOW, 1000, LEASE) == oldest[30:]
    assert kept.claim(NOW, 1000, LEASE) == []
    assert kept.due_of(oldest[0]) == NOW + LEASE
    assert kept.enrolled() == len(IDS)
    assert set(kept.claim(NOW + LEASE, 1000, LEASE)) >= set(oldest), "nobody was heard of: offered again"


def test_many_clocks_claim_everybody_once(kept: Store) -> None:
    enrol(kept, dict.fromkeys(IDS, NOW))
    start = Barrier(4)

    def claim(_: int) -> list[str]:
        start.wait()
        return [id for _ in range(10) for id in kept.claim(NOW, 13, LEASE)]

    with ThreadPoolExecutor(4) as threads:
        claimed = [id for ids in threads.map(claim, range(4)) for id in ids]
    assert sorted(claimed) == sorted(IDS)


def test_a_commit_ends_the_lease_whoever_comes_first(kept: Store) -> None:
    enrol(kept, dict.fromkeys(IDS[:40], NOW))
    versions = {id: kept.load(id).version for id in IDS[:40]}
    with ThreadPoolExecutor(2) as threads:
        claimed = threads.submit(lambda: [id for _ in range(20) for id in kept.claim(NOW, 2, LEASE)])
        for id, version in versions.items():
            assert kept.advance(id, version, turn(NOW + 3600))
    assert len(set(claimed.result())) == len(claimed.result())
    assert {kept.due_of(id) for id in IDS[:40]} == {NOW + 3600}


def test_a_full_redis_loses_nobody(redis_server: Server) -> None:
    """Who is claimed stays in the index, so there is nothing to lose when nothing can be written."""
    full = Store(VAULT, lambda: store.connect(redis_server.url))
    with Redis(port=redis_server.port) as admin:
        admin.flushall()
        enrol(full, dict.fromkeys(IDS[:5], NOW))
        admin.config_set("maxmemory", "1mb")
        try:
            with pytest.raises(StoreDown, match="OutOfMemory"):
                full.claim(NOW, 5, LEASE)
        finally:
            admin.config_set("maxmemory", "0")
        assert sorted(full.claim(NOW, 5, LEASE)) == sorted(IDS[:5])


def test_put_off_only_who_is_to_be_woken(kept: Store) -> None:
    enrol(kept, {ID: NOW})
    kept.postpone(ID, NOW + 7)
    kept.postpone(IDS[1], NOW + 7)

    assert (kept.due_of(ID), kept.due_of(IDS[1])) == (NOW + 7, None)


def of_record(dues: dict[float, float | None]) -> Callable[[Contact], float | None]:
    """When a contact is due, by the instant they came: what a record says in these tests."""
    return lambda contact: dues.get(contact.since)


def test_the_index_is_made_again_from_the_records_alone(kept: Store, client: Any) -> None:
    dues = {NOW + n: (NOW + 100 * n if n % 2 else None) for n in range(20)}
    for id, (since, due) in zip(IDS, dues.items(), strict=False):
        kept.advance(id, "", turn(due, replace(MEMBER, since=since)))
    right = {id: kept.due_of(id) for id in IDS}
    client.zrem(keys.of(IDS[1]).due, IDS[1])
    kept.postpone(IDS[3], NOW + 5000)
    client.zadd(keys.of(IDS[4]).due, {IDS[4]: NOW})
    client.zadd(keys.of(IDS[50]).due, {IDS[50]: NOW})
    client.set(keys.of(IDS[60]).contact, b"no record")
    assert set(kept.everyone()) == {*IDS[:20], IDS[60]}

    found = kept.rebuild(of_record(dues), NOW)
    assert (found.records, found.restored, found.removed, found.unreadable) == (21, 3, 1, 1)
    assert {id: kept.due_of(id) for id in IDS} == right
    assert kept.rebuild(of_record(dues), NOW).restored == 0


def test_making_it_again_leaves_leases_and_new_commits_alone(kept: Store) -> None:
    enrol(kept, {ID: NOW - 1})
    kept.claim(NOW, 1, LEASE)
    assert kept.rebuild(lambda _: NOW + 1, NOW).restored == 0, "due, and being woken"
    assert kept.due_of(ID) == NOW + LEASE
    kept.postpone(ID, NOW + LONGEST_LEASE + 1)
    assert kept.rebuild(lambda _: NOW + 1, NOW).restored == 1

    def meanwhile(_: Contact) -> float:
        enrol(kept, {ID: NOW + 500})
        return NOW + 1

    assert kept.rebuild(meanwhile, NOW).restored == 0
    assert kept.due_of(ID) == NOW + 500


def test_forgotten_is_gone(kept: Store, client: Any) -> None:
    entry = Entry(NOW, "joined", "x")
    for n in range(3):
        kept.commit(ID, f"SM{n:032x}", kept.load(ID).version, Turn(MEMBER, ("hello",), (entry,), due=NOW))
    kept.commit(IDS[1], SID, "", Turn(MEMBER, ("hello",)))
    others = {key for key in client.keys("*") if IDS[1].encode() in key}

    assert kept.forget(ID)
    assert set(client.keys("*")) == others
    assert not kept.forget(ID)


def test_a_new_key_for_record_and_journal(kept: Store, client: Any) -> None:
    old, new = os.urandom(32), os.urandom(32)
    before, both, after = (Store(Vault(b"i" * 32, sealing), lambda: client) for sealing in ((old,), (new, old), (new,)))
    entries = [Entry(NOW, "left", "x"), Entry(NOW, "joined", "y")]
    before.commit(ID, SID, "", Turn(Contact(NOW), ("a",), tuple(entries[:1]), due=NOW))
    both.advance(ID, both.load(ID).version, Turn(Contact(NOW), (), tuple(entries[1:]), due=NOW))
    before.commit(IDS[1], SID, "", Turn(Contact(NOW), ("a",)))
    versions = [both.load(id).version for id in IDS[:2]]
    assert after.load(IDS[1]).unreadable

    assert [both.rekey(id) for id in IDS[:3]] == [True, True, False]
    assert not both.rekey(ID)
    assert after.load(ID).contact == after.load(IDS[1]).contact == Contact(NOW)
    assert after.journal(ID) == entries
    assert [after.load(id).version for id in IDS[:2]] == versions, "a turn that was being made still fits"
    assert client.ttl(keys.of(ID).contact) > 0


def test_sending_slots_are_spaced_over_all_threads(kept: Store) -> None:
    """Ten seconds a slot: the pace is forgotten by real time when its last slot is over, and a busy machine takes its time."""
    with ThreadPoolExecutor(4) as threads:
        firsts = sorted(threads.map(lambda n: kept.reserve(n % 3 + 1, 0.1, NOW), range(30)))
    taken = sorted([kept.reserve(1, 0.1, NOW), *firsts])
    assert firsts[0] == NOW
    assert taken[-1] == NOW + 600, "60 slots before it"
    assert {later - sooner for sooner, later in pairwise(taken)} <= {10, 20, 30}
    assert kept.reserve(5, 0.1, NOW + 1000) == NOW + 1000, "never in the past"


def test_halted_with_a_reason_and_an_end(kept: Store, client: Any) -> None:
    assert kept.halted() is None
    kept.halt("20003", 600)
    assert kept.halted() == "20003"
    assert 599 < client.pttl(keys.HALT) / 1000 <= 600


def test_one_clock_for_all(kept: Store) -> None:
    """Redis's time, carried on by the monotonic clock; the machine's own clock is never looked at."""
    passed, lies = [0.0], [0.0]
    clock = SharedClock(kept, lambda: passed[0], lambda: lies[0])
    began = kept.time()
    assert began - 1 <= clock() <= kept.time() + 1
    first = clock()
    passed[0], lies[0] = 9.0, 1e12
    assert clock() == first + 9.0
    passed[0] = 11.0
    assert kept.time() - 1 <= clock() <= kept.time() + 1, "asked again"


def test_a_clock_without_redis_goes_on() -> None:
    passed, trips = [0.0], [0]

    def away() -> Any:
        trips[0] += 1
        return store.connect("redis://127.0.0.1:1")

    nowhere = Store(VAULT, away)
    clock = SharedClock(nowhere, lambda: passed[0], lambda: 1234.0)
    assert [clock(), clock()] == [1234.0, 1234.0]
    assert trips[0] == 1
    clock._lead = NOW
    passed[0] = 25.0
    assert clock() == NOW + 25.0


def test_doubt_begins_when_another_node_takes_over(tmp_path: Path) -> None:
    """A replica that became the master has its own run, and may lack the last commits."""
    need_redis()
    master, replica = (Server(tmp_path / name, "--repl-diskless-sync-delay", "0").start() for name in ("one", "two"))
    try:
        with Redis(port=replica.port) as admin:
            admin.replicaof("127.0.0.1", str(master.port))
            one, two = (Store(VAULT, lambda url=server.url: store.connect(url)) for server in (master, replica))
            enrol(one, {ID: NOW})
            until(lambda: admin.exists(keys.of(ID).contact))
            admin.replicaof("NO", "ONE")
        assert not one.load(ID).doubt
        assert two.load(ID).doubt
    finally:
        master.stop()
        replica.stop()
