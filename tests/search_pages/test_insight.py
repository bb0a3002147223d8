"""The report: simulated traffic whose truth is known, the rows behind each figure, words grouped, charts with words."""

import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from wagtail.models import Site

from search.charts import bar_chart, line_chart
from search.figures import FIGURES, Period, figure_rows, wilson
from search.models import Persona, SearchEvent, Surface
from search.selectors_insight import group_key, insight_page
from search.services_asking import help_answered
from search.services_events import (
    abandoned_mark,
    key_new,
    opened_log,
    query_log,
    sent_log,
    suggestions_log,
)
from search.services_visitors import Person
from tests.factories.members import MemberFactory, SupportAgentFactory
from tests.search_pages.conftest import browser, text_of

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
PERIOD = Period(first=START.date(), last=START.date() + timedelta(days=27))
THINGS = [("forums.topic", number) for number in range(1, 6)]


class Truth(dict[str, int]):
    """What really happened, by figure."""

    def add(self, *names: str) -> None:
        for name in names:
            self[name] = self.get(name, 0) + 1


def people(site_id: int) -> list[tuple[Person, object]]:
    """A few visitors, members and a colleague."""
    visitors = [
        Person(site_id=site_id, persona=Persona.VISITOR, language="en", day_key=f"visitor-{number}")
        for number in range(4)
    ]
    members = [MemberFactory() for _ in range(4)]
    colleague = SupportAgentFactory()
    known = [(Person(site_id=site_id, persona=Persona.MEMBER, language="en", member_id=m.pk), m) for m in members]
    staff = (Person(site_id=site_id, persona=Persona.STAFF, language="en", member_id=colleague.pk), colleague)
    return [*((visitor, None) for visitor in visitors), *known, staff]


def search_once(person: Person, dice: random.Random, truth: Truth) -> None:
    """One lookup, opened or not, twice or once."""
    surface = dice.choice(list(Surface)[:3])
    total = dice.choice([0, 3]) if surface == Surface.PAGE else 3
    opens = bool(total) and dice.random() < 0.5
    key = query_log(person=person, words="a word", surface=surface, total=total, shown=THINGS[:total])
    if opens:
        for _press in range(dice.choice([1, 2])):
            assert opened_log(person=person, key=key, thing=THINGS[dice.randrange(total)])
    if person.persona == Persona.STAFF:
        return
    if surface == Surface.PAGE:
        truth.add("searches", "nothing" if not total else "clicked" if opens else "unopened")
    elif surface == Surface.INSTANT and opens:
        truth.add("searches", "clicked")


def ask_once(person: Person, member: object, dice: random.Random, truth: Truth) -> str:
    """One question that is begun, and what becomes of it."""
    key, shown = key_new(), THINGS[: dice.choice([0, 2, 5])]
    for _look in range(dice.choice([1, 3])):
        suggestions_log(person=person, key=key, shown=shown)
    names = ["begun"] + (["saw"] if shown else [])
    end = dice.choice(["sent", "left", "answered"])
    if shown and (end == "answered" or dice.random() < 0.6):
        opened_log(person=person, key=key, thing=shown[0])
        names.append("opened")
    if end == "answered" and shown:
        assert [help_answered(person=person, viewer=member, key=key, source=shown[0]) for _press in "12"] == [
            True,
            True,
        ]
        names.append("answered")
    elif end == "sent":
        for _delivery in "12":
            sent_log([(key, ("forums.topic", 100 + key % 1000), datetime.now(UTC))])
        names.append("sent")
    else:
        names.append("abandoned")
    if person.persona != Persona.STAFF:
        truth.add(*names)
    return "unsaid" if person.member_id and "abandoned" in names and "opened" in names else end


@pytest.mark.parametrize("seed", range(12))
def test_simulated_traffic_is_reported_exactly(seed: int) -> None:
    dice, truth = random.Random(seed), Truth()  # noqa: S311 it shall be the same every time
    site_id = Site.objects.get(is_default_site=True).pk
    crowd = people(site_id)
    asked: dict[int | None, list[tuple[datetime, str]]] = {}
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(60):
            clock.shift(timedelta(hours=dice.choice([1, 5, 9])))
            person, member = dice.choice(crowd)
            if dice.random() < 0.5:
                search_once(person, dice, truth)
            else:
                end = ask_once(person, member, dice, truth)
                if person.persona == Persona.MEMBER:
                    asked.setdefault(person.member_id, []).append((datetime.now(UTC), end))
        clock.shift(timedelta(days=8))
        while abandoned_mark(limit=7):
            pass
        figures = {name: figure_rows(name, site_id=site_id, period=PERIOD).count() for name in FIGURES}

    week = timedelta(days=7)
    truth["unsaid"] = sum(
        end == "unsaid" and not any(other == "sent" and at <= later < at + week for later, other in story)
        for story in asked.values()
        for at, end in story
    )
    assert figures == {**dict.fromkeys(FIGURES, 0), **truth}


def test_a_figure_opens_to_the_rows_it_counts(member) -> None:
    client = browser(SupportAgentFactory())
    site_id = Site.objects.get(is_default_site=True).pk
    person = Person(site_id=site_id, persona=Persona.MEMBER, language="en", member_id=member.pk)
    for words, total in (("invoice address", 0), ("Invoices addréss", 0), ("quiet hours", 2)):
        query_log(person=person, words=words, surface=Surface.PAGE, total=total, shown=THINGS[:total])

    report = text_of(client.get("/staff/insight/"))
    rows = text_of(client.get("/staff/insight/nothing/"))
    grouped = text_of(client.get("/staff/insight/nothing/?words=address+of+invoice"))

    assert ">3</a>" in report
    assert ">2</a><small" in report
    assert rows.count('data-l="Where"') == 2
    assert grouped.count('data-l="Where"') == 2, "spellings of the same words are one group"
    assert "quiet hours" not in rows
    assert member.name not in rows


def test_the_days_stand_in_the_address_and_a_report_without_rows_says_so(moderator) -> None:
    client = browser(moderator)

    assert "Nothing happened in these days" in text_of(client.get("/staff/insight/?from=2020-01-01&to=2020-01-31"))
    assert client.get("/staff/insight/?from=x&to=2020").status_code == 200
    assert client.get("/staff/insight/rocket/").status_code == 404


def test_the_report_costs_the_same_with_few_rows_and_many(moderator, django_assert_max_num_queries) -> None:
    site_id = Site.objects.get(is_default_site=True).pk
    person = Person(site_id=site_id, persona=Persona.VISITOR, language="en", day_key="v")
    client = browser(moderator)
    counts = []
    for _ in range(2):
        for number in range(15):
            query_log(person=person, words=f"word {number}", surface=Surface.PAGE, total=0, shown=[])
        client.get("/staff/insight/")
        with django_assert_max_num_queries(30) as asked:
            client.get("/staff/insight/")
        counts.append(len(asked.captured_queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("one", "other"), [("harness", "HARNESS"), ("cable looms", "the loom of a cable"), ("contraseña", "contrasenas")]
)
def test_like_words_are_one_group(one: str, other: str) -> None:
    assert group_key(one) == group_key(other)


def test_a_week_without_questions_has_no_interval_and_a_chart_no_hole() -> None:
    page = insight_page(site_id=Site.objects.get(is_default_site=True).pk, period=PERIOD)

    assert len(page.weeks) == 4
    assert page.searches_chart.lines[0].startswith("M0.0 96")


def test_wilsons_interval_is_the_published_one() -> None:
    """Source: Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 gives .2553 to .3662."""
    least, most = wilson(81, 263)

    assert (round(least, 3), round(most, 3)) == (0.255, 0.366)


def test_charts_stay_inside_their_box() -> None:
    lines = line_chart([[0, 7, 13], [0, 0, 1]])
    bars = bar_chart([(3, 1, 6), (0, 0, 2)])

    assert lines.top == 20
    assert lines.lines[0] == "M0.0 96.0 144.0 62.4 288.0 33.6"
    assert [bar.y + bar.height for bar in bars.bars] == [96, 96]
    assert line_chart([[4]]).lines[0].startswith("M0 ")


def test_events_are_append_only(member) -> None:
    site_id = Site.objects.get(is_default_site=True).pk
    person = Person(site_id=site_id, persona=Persona.MEMBER, language="en", member_id=member.pk)
    query_log(person=person, words="a", surface=Surface.PAGE, total=0, shown=[])

    with pytest.raises(Exception, match="append-only"):
        SearchEvent.objects.update(words="b")
