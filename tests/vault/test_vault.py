"""The vault: what is sealed opens in its own context only, and for its readers only."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cases.events import CaseEvent
from vault import ledger
from vault.compartments import (
    Compartment,
    add_reader,
    create_case_keys,
    open_compartment,
    open_with,
    read_text,
    readers,
    remove_reader,
    write_text,
)  # fmt: skip
from vault.keyring.keys import NoKey, ensure_key_pair, recovery_key_pair, unlock
from vault.models import CaseShare, KeyPair, LedgerEvent
from vault.sealing.primitives import PrivateKey, encoded, pad, random_key, seal, unpad, unseal
from vault.sealing.schemes import FILE_KEY, TEXT, CannotOpen, UnknownScheme

pytestmark = pytest.mark.both

parts = st.lists(st.text(max_size=8), max_size=4)


@given(parts, parts)
def test_two_contexts_are_never_encoded_alike(left, right):
    assert (encoded(*left) == encoded(*right)) == (left == right)


@given(st.binary(max_size=9000))
def test_padding_comes_off_and_hides_the_length(data):
    padded = pad(data)
    assert unpad(padded) == data
    assert len(padded) >= 256
    assert len(padded) % 256 == 0


@given(st.binary(max_size=300), st.data())
def test_a_changed_byte_never_opens(data, draw):
    key = random_key()
    sealed = bytearray(seal(key, data, TEXT, "here"))
    place = draw.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(CannotOpen):
        unseal(key, bytes(sealed), TEXT, "here")


@given(st.binary(max_size=300))
def test_another_context_or_scheme_never_opens(data):
    key = random_key()
    sealed = seal(key, data, TEXT, "here")
    assert unseal(key, sealed, TEXT, "here") == data
    with pytest.raises(CannotOpen):
        unseal(key, sealed, TEXT, "there")
    with pytest.raises(UnknownScheme):
        unseal(key, sealed, FILE_KEY, "here")
    with pytest.raises(CannotOpen):
        unseal(key, FILE_KEY.mark(sealed[1:]), FILE_KEY, "here")


def test_a_private_key_cannot_be_written_out():
    import pickle

    with pytest.raises(TypeError):
        pickle.dumps(PrivateKey())


class Grants(TestCase):
    @settings(max_examples=15)
    @given(st.sets(st.integers(0, 5), max_size=6), st.text(max_size=400))
    def test_exactly_the_readers_can_read(self, chosen, text):
        organisation, case = uuid4(), uuid4()
        people = [uuid4() for _ in range(6)]
        pairs = [ensure_key_pair(organisation, person) for person in people]
        wanted = {Compartment.CONTENT: [pairs[number] for number in chosen]}
        key = create_case_keys(case, organisation, wanted)[Compartment.CONTENT]
        row = write_text(key, "answers", text)
        assert readers(case, Compartment.CONTENT) == {people[number] for number in chosen}
        for number, person in enumerate(people):
            if number in chosen:
                assert read_text(open_compartment(case, Compartment.CONTENT, organisation, person), row) == text
            else:
                with pytest.raises(NoKey):
                    open_compartment(case, Compartment.CONTENT, organisation, person)


class Epochs(TestCase):
    @settings(max_examples=15)
    @example([("leave", 0), ("write", 0), ("join", 0), ("leave", 0)])
    @given(st.lists(st.tuples(st.sampled_from(["leave", "join", "write"]), st.integers(0, 3)), max_size=12))
    def test_who_reads_now_reads_everything_and_who_left_nothing_new(self, acts):
        organisation, case = uuid4(), uuid4()
        people = [uuid4() for _ in range(4)]
        pairs = [ensure_key_pair(organisation, person) for person in people]
        recovery = recovery_key_pair(organisation)
        create_case_keys(case, organisation, {Compartment.CONTENT: [*pairs, recovery]})
        inside, rows, kept = {0, 1, 2, 3}, [], {}
        for act, number in acts:
            if act == "leave" and number in inside:
                kept[number] = open_compartment(case, Compartment.CONTENT, organisation, people[number])
                remove_reader(case, people[number])
                inside.discard(number)
            elif act == "join" and number not in inside:
                add_reader(case, Compartment.CONTENT, pairs[number], through=recovery)
                inside.add(number)
                kept.pop(number)
            elif act == "write":
                row = write_text(open_with(case, Compartment.CONTENT, recovery, unlock(recovery)), "note", act)
                rows.append((row, list(kept.values())))
        for number in inside:
            key = open_compartment(case, Compartment.CONTENT, organisation, people[number])
            assert all(read_text(key, row) == "write" for row, _gone in rows)
        for row, gone in rows:
            for key in gone:  # what somebody kept when they left, also when they came back later
                with pytest.raises(NoKey):
                    read_text(key, row)


@pytest.fixture
def case(db):
    """A case with one reader and the recovery key: (case, organisation, person, key)."""
    organisation, case, person = uuid4(), uuid4(), uuid4()
    pairs = [ensure_key_pair(organisation, person), recovery_key_pair(organisation)]
    key = create_case_keys(case, organisation, {Compartment.CONTENT: pairs})[Compartment.CONTENT]
    return case, organisation, person, key


def test_who_loses_the_grant_cannot_open_any_more(case):
    case_id, organisation, person, _key = case
    remove_reader(case_id, person)
    with pytest.raises(NoKey):
        open_compartment(case_id, Compartment.CONTENT, organisation, person)


def test_a_new_reader_comes_in_through_the_recovery_key(case):
    case_id, organisation, _person, key = case
    row, newcomer = write_text(key, "note", "hallo"), uuid4()
    pair = ensure_key_pair(organisation, newcomer)
    add_reader(case_id, Compartment.CONTENT, pair, through=recovery_key_pair(organisation))
    assert read_text(open_compartment(case_id, Compartment.CONTENT, organisation, newcomer), row) == "hallo"


def test_without_the_case_share_nobody_opens_anything(case):
    case_id, organisation, person, _key = case
    CaseShare.objects.filter(case=case_id).delete()
    with pytest.raises(NoKey):
        open_compartment(case_id, Compartment.CONTENT, organisation, person)


def test_a_public_key_swapped_in_the_database_is_not_used(case):
    _case_id, organisation, person, _key = case
    KeyPair.objects.filter(holder=person).update(public=PrivateKey().public)
    with pytest.raises(CannotOpen):
        create_case_keys(uuid4(), organisation, {Compartment.CONTENT: [KeyPair.objects.get(holder=person)]})


def test_two_texts_swapped_in_the_database_do_not_open(case):
    _case_id, _organisation, _person, key = case
    first, second = write_text(key, "note", "een"), write_text(key, "note", "twee")
    first.ciphertext = second.ciphertext
    with pytest.raises(CannotOpen):
        read_text(key, first)


def test_the_same_event_continues_each_of_several_chains(db):
    begun, new = uuid4(), uuid4()
    ledger.record(begun, CaseEvent.SEEN, part="overview")
    with CaptureQueriesContext(connection) as of_two:
        ledger.record_in_each([begun, new, begun], CaseEvent.SEEN, actor=(actor := uuid4()), part="together")
    assert [len(ledger.entries(chain)) for chain in (begun, new)] == [2, 1]
    assert {ledger.entries(chain)[-1].actor for chain in (begun, new)} == {actor}
    assert ledger.verify(begun) == ledger.verify(new) == []
    with CaptureQueriesContext(connection) as of_many:
        ledger.record_in_each([uuid4() for _number in range(7)], CaseEvent.SEEN, part="together")
    assert len(of_many) == len(of_two)
    ledger.record_in_each([], CaseEvent.SEEN, part="together")
    with pytest.raises(ledger.UnknownEvent):
        ledger.record_in_each([begun], CaseEvent.SEEN, words="secret")


@pytest.mark.parametrize("harm", ["body", "drop", "swap", "cut"])
def test_the_ledger_names_what_was_tampered_with(db, harm):
    chain = uuid4()
    for number in range(5):
        ledger.record(chain, CaseEvent.SEEN, actor=uuid4(), number=number)
    assert ledger.verify(chain) == []
    events = list(LedgerEvent.objects.filter(chain=chain))
    if harm == "body":
        LedgerEvent.objects.filter(pk=events[2].pk).update(body=events[2].body + b" ")
    elif harm == "drop":
        events[1].delete()
    elif harm == "cut":
        events[4].delete()
    else:
        LedgerEvent.objects.filter(pk=events[1].pk).update(body=events[3].body, digest=events[3].digest)
    assert ledger.verify(chain)
