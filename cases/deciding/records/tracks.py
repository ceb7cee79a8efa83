"""The state of the tracks of a case."""

from collections.abc import Mapping

from cases.models import Case, CaseTrack


def move_tracks_to(case: Case, states: Mapping[str, str]) -> None:
    """Bring tracks into other states, {track: state}. What the protocol of the case does not have is left out."""
    moved = [
        CaseTrack(case=case, track=track, state=state)
        for track, state in states.items()
        if track in case.protocol.tracks
    ]
    CaseTrack.objects.bulk_create(
        moved, update_conflicts=True, unique_fields=["case", "track"], update_fields=["state"]
    )
