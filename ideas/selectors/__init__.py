"""What the pages of ideas read."""

from ideas.selectors.editing import comment_to_edit, idea_to_edit
from ideas.selectors.feed import idea_feed
from ideas.selectors.idea import (
    comment_url,
    idea_for,
    idea_page,
    idea_to_delete,
    merged_url,
    place_of,
    sent_url,
    vote_press,
)
from ideas.selectors.lists import board_page, idea_list_page, mine_page
from ideas.selectors.news import idea_news
from ideas.selectors.rows import idea_url
from ideas.selectors.sharing import board_for_sharing, share_page
from ideas.selectors.similar import similar_ideas

__all__ = [
    "board_for_sharing",
    "board_page",
    "comment_to_edit",
    "comment_url",
    "idea_feed",
    "idea_for",
    "idea_list_page",
    "idea_news",
    "idea_page",
    "idea_to_delete",
    "idea_to_edit",
    "idea_url",
    "merged_url",
    "mine_page",
    "place_of",
    "sent_url",
    "share_page",
    "similar_ideas",
    "vote_press",
]
