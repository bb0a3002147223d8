"""How far set-up is: the check-list, and moving on."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from wagtail.models import Site

from community.portal.models import SampleThing, SetupStep
from community.portal.setup.steps import STEPS
from crm_sync.models import Connection

_OPEN = frozenset({SetupStep.State.OPEN, SetupStep.State.SKIPPED})


@dataclass(frozen=True, kw_only=True)
class Line:
    """One step on the check-list."""

    name: str
    title: str | Promise
    state: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """All six, and the sample content."""

    lines: list[Line]
    has_samples: bool

    @property
    def is_open(self) -> bool:
        """Whether something is neither done nor put away."""
        return any(line.state in _OPEN for line in self.lines)

    def after(self, name: str) -> Line | None:
        """Return the next step that nobody has looked at yet, None when there is none."""
        later = [line for line in self.lines if line.number > list(STEPS).index(name) + 1]
        return next((line for line in later if line.state == SetupStep.State.OPEN), None)


def checklist(site: Site) -> Checklist | None:
    """Return the check-list of a site; None where set-up never began (a demo, an older installation).

    The CRM is done when a test of a connection found nothing wrong, wherever it was pressed. Queries: 3 or less.
    """
    states = dict(SetupStep.objects.filter(site=site).values_list("name", "state"))
    if not states:
        return None
    if states.get("crm") != SetupStep.State.DONE and Connection.objects.filter(site=site, checked_at__isnull=False):
        states["crm"] = SetupStep.State.DONE
    lines = [
        Line(name=name, title=step.title, state=states.get(name, SetupStep.State.OPEN), number=number)
        for number, (name, step) in enumerate(STEPS.items(), start=1)
    ]
    return Checklist(lines=lines, has_samples=SampleThing.objects.filter(site=site).exists())


def step_set(*, site: Site, name: str, state: str) -> None:
    """Say how far a step is; a step that is done stays done when it is skipped later. Idempotent: yes."""
    values = {"state": state, "changed_at": timezone.now()}
    if state == SetupStep.State.DONE:
        SetupStep.objects.update_or_create(site=site, name=name, defaults=values)
    else:
        SetupStep.objects.get_or_create(site=site, name=name)
        SetupStep.objects.filter(site=site, name=name).exclude(state=SetupStep.State.DONE).update(**values)


def checklist_put_away(*, site: Site) -> None:
    """Leave what is not done for good; the pages stay reachable. Idempotent: yes."""
    SetupStep.objects.filter(site=site, state__in=_OPEN).update(state=SetupStep.State.AWAY)
