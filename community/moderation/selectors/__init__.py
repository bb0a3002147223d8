"""What the pages of moderation show: one frozen dataclass a page."""

from community.moderation.selectors.log import LogPage, log_page
from community.moderation.selectors.people import FlagPage, MemberPage, MyReports, flag_page, member_page, my_reports
from community.moderation.selectors.queue import QueuePage, next_review_id, queue_page, review_exists, review_url
from community.moderation.selectors.rules import RulesPage, rules_page
from community.moderation.selectors.waves import Wave, WavePage, wave_page, waves_of

__all__ = [
    "FlagPage",
    "LogPage",
    "MemberPage",
    "MyReports",
    "QueuePage",
    "RulesPage",
    "Wave",
    "WavePage",
    "flag_page",
    "log_page",
    "member_page",
    "my_reports",
    "next_review_id",
    "queue_page",
    "review_exists",
    "review_url",
    "rules_page",
    "wave_page",
    "waves_of",
]
