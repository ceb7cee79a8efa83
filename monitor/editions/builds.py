"""Asking for an edition, and building it in a worker. A build takes seconds to minutes and runs outside any transaction, so
that its tallies are kept when it is interrupted and people see that it runs."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.outbox import enqueue
from monitor.editions.archive import PUBLISHER
from monitor.editions.build import EditionRefused, build_edition, check_buildable
from monitor.editions.release import check_publisher
from monitor.events import MonitorEvent
from monitor.job_kinds import MonitorJob
from monitor.models import EditionBuild
from organisations.access.policy import Actor
from organisations.models import Organisation
from vault import ledger

logger = logging.getLogger(__name__)

State = EditionBuild.State
UNDER_WAY = (State.WAITING, State.RUNNING)
PATIENCE = timedelta(minutes=30)


@transaction.atomic
def ask_build(period: str, actor: Actor) -> EditionBuild:
    """Have an edition built by a worker. Raises :class:`EditionRefused` where it cannot be built or is being built
    already."""
    check_publisher(actor)
    # two requests at once come one after another
    Organisation.objects.select_for_update().get(id=actor.organisation.id)
    if EditionBuild.objects.filter(period=period, state__in=UNDER_WAY).exists():
        raise EditionRefused(_("%(period)s is being built already.") % {"period": period})
    check_buildable(period)
    build = EditionBuild.objects.create(period=period, asked_by=actor.person)
    enqueue(MonitorJob.BUILD_EDITION, build.id)
    ledger.record(PUBLISHER, MonitorEvent.EDITION_ASKED, actor=actor.person.id, edition=period)
    return build


def begin(build: UUID) -> None:
    """Mark a build as running, and build the edition after the commit."""
    if not EditionBuild.objects.filter(id=build, state=State.WAITING).update(state=State.RUNNING):
        return
    enqueue(MonitorJob.MISS_BUILD, build, due=timezone.now() + PATIENCE)
    transaction.on_commit(lambda: make(build))


def make(build: UUID) -> None:
    """Build the edition and store how the build ended. Every error ends it, with a reason in words."""
    asked = EditionBuild.objects.select_related("asked_by").get(id=build)
    try:
        build_edition(asked.period, proposed_by=asked.asked_by)
        _ended(build, State.DONE)
    except EditionRefused as refused:
        _ended(build, State.REFUSED, str(refused))
    except IntegrityError:  # the command build_edition was faster
        _ended(build, State.REFUSED, _("There is an edition of %(period)s already.") % {"period": asked.period})
    except Exception:  # of any kind: the person who asked must not wait for ever
        logger.exception("edition %s was not built", asked.period)
        _ended(build, State.REFUSED, _("Something went wrong. What it was stands in the log of the operator."))


def miss(build: UUID) -> None:
    """End a build that still runs after PATIENCE: its worker was lost."""
    if EditionBuild.objects.filter(id=build, state=State.RUNNING).exists():
        _ended(build, State.REFUSED, _("The build was interrupted. Start it again: what was counted is kept."))


def _ended(build: UUID, state: State, why: str = "") -> None:
    EditionBuild.objects.filter(id=build).update(state=state, why=why)
