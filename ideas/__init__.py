"""Ideas: boards, votes, roadmap. Arrives with its own release; nothing is built here yet."""
