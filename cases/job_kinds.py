"""Work that cases promises to a worker. From 0.8.0 on stored values never change: rows hold them."""

from enum import StrEnum


class CaseJob(StrEnum):
    COUNT_REPORT = "cases.count_report"
    COUNT_DEADLINE = "cases.count_deadline"
    REMIND = "cases.remind"
    MISSED = "cases.missed"
    RECORD_ENDS = "cases.record_ends"
    CHECK_INVARIANTS = "cases.check_invariants"
    TELL_BROKEN = "cases.tell_broken"
    CALL_NOT_RECORDED = "cases.call_not_recorded"
    TAKE_NUMBER_KEY = "cases.take_number_key"
    TAKE_IDENTITY_KEY = "cases.take_identity_key"
    AFTER_SILENCE = "cases.after_silence"
    HAND_ON_DAILY = "cases.hand_on_daily"
    HAND_ON = "cases.hand_on"
    KEEP_OUT_OF_BOTH = "cases.keep_out_of_both"
    ASKED = "cases.asked"
    END_ASKED = "cases.end_asked"
    WAITING_DAILY = "cases.waiting_daily"
    WAITING = "cases.waiting"
    BUNDLES_DAILY = "cases.bundles_daily"
    SIGNALS_DAILY = "cases.signals_daily"
    RECEPTION_DAILY = "cases.reception_daily"
    PING_WAITING = "cases.ping_waiting"
    PING_PARTY = "cases.ping_party"
