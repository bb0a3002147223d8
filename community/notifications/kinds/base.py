"""What a kind of notice is: when it arises, whom it reaches, by what unless they chose, and its words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from django.utils.functional import Promise

from community.activity.handlers import ActivityView
from community.activity.subjects import Card, Follower, subjects

Text = str | Promise
Thing = tuple[str, int]
"""Kind and id of a subject."""
TEXTS = ("forums.post", "ideas.idea", "ideas.comment")
"""What members write, and name others in."""


class Group(Enum):
    """Where the settings list it; the first is what the bell counts."""

    NAMES_YOU = "names_you"
    FOLLOWED = "followed"
    COMMUNITY = "community"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One member is to be told of one activity."""

    kind: "Kind"
    activity: ActivityView
    member_id: int
    subject: Thing
    """What it is about; who may not see it is not told."""
    thread: Thing
    """What it is grouped by."""
    number: int = 0
    detail: str = ""


class Kind:
    """Base of every kind: one file in this folder, found by its name. Texts say `{name}` for who acted."""

    name: str
    types: tuple[str, ...]
    """Activity types it listens to."""
    group: Group = Group.FOLLOWED
    precedence: int = 50
    """Of several kinds that would tell one member of one activity, the lowest does."""
    label: Text
    """Its row in the settings."""
    note: Text = ""
    site: bool = True
    mail: bool = False
    staff_mail: bool = False
    """By mail to colleagues, unless they chose: they are here anyway."""
    site_fixed: bool = False
    """True: always on the site, whatever is chosen."""
    from_crm: bool = False
    """True: also of what a CRM did."""
    heeds_mute: bool = True
    """False: told although the member muted the thread."""
    tells_actor: bool = False
    """True: told although the member did it."""
    page: str = ""
    """URL name of the page that tells more; that of the subject unless given."""
    may_be_hidden: bool = False
    """True: told although the subject is not visible to all it was for (its author still sees it)."""

    def notices(self, batch: Sequence[ActivityView], facts: "Facts") -> Iterable[Notice]:
        """Return whom each of these activities (all of `types`) concerns; the handler leaves out who may not hear."""
        raise NotImplementedError

    def holds(self, card: Card) -> bool:
        """Tell whether it is still true of the subject; a notice that is not is withdrawn."""
        return True

    def sentence(self, detail: str) -> Text:
        """Return what happened, in the past tense: `{name} answered your question`."""
        raise NotImplementedError

    def reason(self, detail: str) -> Text:
        """Return why the member hears of it, after "You get this mail because"."""
        raise NotImplementedError

    def on_by_default(self, channel: str, *, is_staff: bool) -> bool:
        """Tell whether a member who chose nothing hears of it by this channel."""
        if channel == "site":
            return self.site
        return self.staff_mail if is_staff else self.mail


class Facts:
    """What kinds ask of the subjects of a batch, read once for all of them."""

    def __init__(self, batch: Sequence[ActivityView]) -> None:
        self.batch = batch

    @cached_property
    def topic_ids(self) -> set[int]:
        """The topics this batch speaks of."""
        topics = {view.subject_id for view in self.batch if view.subject_kind == "forums.topic"}
        return topics | {view.payload.topic_id for view in self.batch if hasattr(view.payload, "topic_id")}

    @cached_property
    def topics(self) -> dict[int, Card]:
        """Their cards."""
        return subjects["forums.topic"].cards(self.topic_ids)

    @cached_property
    def followers(self) -> dict[int, list[Follower]]:
        """Who mutes, tracks or watches them."""
        return subjects["forums.topic"].followers(self.topic_ids)

    @cached_property
    def idea_ids(self) -> set[int]:
        """The ideas this batch speaks of."""
        ideas = {view.subject_id for view in self.batch if view.subject_kind == "ideas.idea"}
        return ideas | {view.payload.idea_id for view in self.batch if hasattr(view.payload, "idea_id")}

    @cached_property
    def idea_followers(self) -> dict[int, list[Follower]]:
        """Who mutes or watches them."""
        return subjects["ideas.idea"].followers(self.idea_ids)

    def followers_of(self, thread: Thing) -> list[Follower]:
        """Return who hears more or less of a thread than others do; nobody for what cannot be followed."""
        kind, pk = thread
        if kind == "forums.topic":
            return self.followers.get(pk, [])
        return self.idea_followers.get(pk, []) if kind == "ideas.idea" else []

    @cached_property
    def mentioned(self) -> dict[Thing, frozenset[int]]:
        """Whom the texts of this batch name."""
        found: dict[Thing, frozenset[int]] = {}
        for kind in TEXTS:
            ids = {view.subject_id for view in self.batch if view.subject_kind == kind}
            named = subjects[kind].mentioned(ids) if ids else {}
            found |= {(kind, pk): members for pk, members in named.items()}
        return found

    def reason_of(self, topic_id: int, member_id: int) -> str:
        """Return why a member follows a topic; empty for a choice or none."""
        return next((row.reason for row in self.followers.get(topic_id, ()) if row.member_id == member_id), "")


def post_notice(kind: Kind, view: ActivityView, member_id: int, *, detail: str = "") -> Notice:
    """Return a notice about a post, grouped by its topic."""
    return Notice(
        kind=kind,
        activity=view,
        member_id=member_id,
        subject=(view.subject_kind, view.subject_id),
        thread=("forums.topic", view.payload.topic_id),
        number=getattr(view.payload, "number", 0),
        detail=detail,
    )


def idea_notice(kind: Kind, view: ActivityView, member_id: int, *, detail: str = "") -> Notice:
    """Return a notice about an idea or a comment on one, grouped by the idea."""
    return Notice(
        kind=kind,
        activity=view,
        member_id=member_id,
        subject=(view.subject_kind, view.subject_id),
        thread=("ideas.idea", getattr(view.payload, "idea_id", view.subject_id)),
        number=getattr(view.payload, "number", 0),
        detail=detail,
    )
