"""The events of the ledger that organisations records. From 0.8.0 on stored values never change: chains hold them."""

from django.utils.translation import gettext_lazy as _

from vault.ledger import Event


class OrganisationEvent(Event):
    """What is recorded of an organisation, its people and the clients of the API."""

    ROLE_GIVEN = "role.given", _("Role given"), "person", "role"
    ROLE_ENDED = "role.ended", _("Role ended"), "person", "role"
    FUNCTION_ENDED = "function.ended", _("Function ended"), "person", "function"
    END_ASKED = "end.asked", _("Asked that a role, function or sign-in ends"), "person"
    SIGN_IN_ENDED = "sign_in.ended", _("Sign-in ended"), "person"
    RELATION_DECLARED = "relation.declared", _("Own relation declared")
    RELATION_WITHDRAWN = "relation.withdrawn", _("Own relation taken back")
    ABSENCE_TOLD = "absence.told", _("Absence told")
    ABSENCE_ENDED = "absence.ended", _("Absence ended")
    DUTY_GIVEN = "duty.given", _("Put on the duty roster"), "person"
    DUTY_ASKED = "duty.asked", _("Asked to change the duty roster")
    DUTY_ENDED = "duty.ended", _("Taken off the duty roster"), "person"
    NAME_ASKED = "name.asked", _("Asked for another name of somebody"), "person"
    NAME_CHECKED = "name.checked", _("Name of somebody checked"), "person"
    PROFILE_KEPT = "profile.kept", _("Profile of a year kept"), "year", "holders", "prevention"
    CLIENT_ADDED = "client.added", _("API client added"), "client", "scopes"
    CLIENT_CHANGED = "client.changed", _("API client changed"), "client", "scopes"
    CLIENT_REVOKED = "client.revoked", _("API client ended"), "client"
