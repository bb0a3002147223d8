"""What the forums write into the log. Ids, numbers and choices only."""

from dataclasses import dataclass

from community.activity.types import activity_type


@activity_type("forums.topic_asked", subject="forums.topic")
@dataclass(frozen=True, kw_only=True)
class TopicAsked:
    """A question became visible; its text is `post_published` with number 1."""

    category_id: int
    author_id: int
    help_id: int = 0
    """What search called the writing of it, when its author was shown suggestions."""


@activity_type("forums.topic_started", subject="forums.topic")
@dataclass(frozen=True, kw_only=True)
class TopicStarted:
    """A discussion became visible; its text is `post_published` with number 1."""

    category_id: int
    author_id: int
    help_id: int = 0
    """As in `TopicAsked`."""


@activity_type("forums.post_published", subject="forums.post")
@dataclass(frozen=True, kw_only=True)
class PostPublished:
    """A post became visible."""

    topic_id: int
    number: int
    author_id: int


@activity_type("forums.post_held", subject="forums.post")
@dataclass(frozen=True, kw_only=True)
class PostHeld:
    """A post waits for review: nobody but its author and moderators sees it, nobody but moderation hears this."""

    topic_id: int
    number: int
    author_id: int
    reasons: tuple[str, ...]
    """Codes of the screens that held it."""
    help_id: int = 0
    """As in `TopicAsked`, which a topic that was held first does not say again."""


@activity_type("forums.post_edited", subject="forums.post")
@dataclass(frozen=True, kw_only=True)
class PostEdited:
    """The text of a post, or with number 1 the title or tags of its topic, changed."""

    topic_id: int
    number: int
    author_id: int
    edit_number: int


@activity_type("forums.post_hidden", subject="forums.post", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class PostHidden:
    """A moderator took a post out of sight; with number 1 the whole topic."""

    topic_id: int
    number: int
    author_id: int


@activity_type("forums.post_restored", subject="forums.post")
@dataclass(frozen=True, kw_only=True)
class PostRestored:
    """A hidden or deleted post is visible again."""

    topic_id: int
    number: int
    author_id: int


@activity_type("forums.post_deleted", subject="forums.post", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class PostDeleted:
    """A post was deleted by its author or staff; its number stays taken."""

    topic_id: int
    number: int
    author_id: int


@activity_type("forums.answer_accepted", subject="forums.post")
@dataclass(frozen=True, kw_only=True)
class AnswerAccepted:
    """A post became the answer of its question."""

    topic_id: int
    author_id: int
    asker_id: int


@activity_type("forums.answer_unaccepted", subject="forums.post")
@dataclass(frozen=True, kw_only=True)
class AnswerUnaccepted:
    """A post is no longer the answer of its question."""

    topic_id: int
    author_id: int
    asker_id: int


@activity_type("forums.helpful_given", subject="forums.post")
@dataclass(frozen=True, kw_only=True)
class HelpfulGiven:
    """A member said that a post helped."""

    topic_id: int
    author_id: int


@activity_type("forums.helpful_taken", subject="forums.post")
@dataclass(frozen=True, kw_only=True)
class HelpfulTaken:
    """A member took their "helpful" back."""

    topic_id: int
    author_id: int


@activity_type("forums.same_problem_joined", subject="forums.topic")
@dataclass(frozen=True, kw_only=True)
class SameProblemJoined:
    """A member said they have the problem, too."""

    author_id: int


@activity_type("forums.same_problem_left", subject="forums.topic")
@dataclass(frozen=True, kw_only=True)
class SameProblemLeft:
    """A member no longer has the problem."""

    author_id: int


@activity_type("forums.topic_followed", subject="forums.topic")
@dataclass(frozen=True, kw_only=True)
class TopicFollowed:
    """A member tracks or watches a topic."""

    level: int


@activity_type("forums.topic_unfollowed", subject="forums.topic")
@dataclass(frozen=True, kw_only=True)
class TopicUnfollowed:
    """A member no longer tracks or watches a topic."""

    level: int


@activity_type("forums.topic_closed", subject="forums.topic")
@dataclass(frozen=True, kw_only=True)
class TopicClosed:
    """Staff closed a topic to replies."""

    category_id: int


@activity_type("forums.topic_reopened", subject="forums.topic")
@dataclass(frozen=True, kw_only=True)
class TopicReopened:
    """Staff opened a closed topic again."""

    category_id: int


@activity_type("forums.question_escalated", subject="forums.topic")
@dataclass(frozen=True, kw_only=True)
class QuestionEscalated:
    """Support was asked to take a question over: a case is wanted."""

    category_id: int
    author_id: int


@activity_type("forums.case_changed", subject="forums.topic")
@dataclass(frozen=True, kw_only=True)
class CaseChanged:
    """A CRM said something new about the case of a question."""

    connection_id: int
    state: str


@activity_type("forums.category_changed", subject="forums.category", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class CategoryChanged:
    """The audience of a category changed: whatever is in it may be seen by others now."""

    topics: int
