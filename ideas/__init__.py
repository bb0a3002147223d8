"""Ideas: boards, votes, comments, statuses, roadmap."""
