"""The pages of search, and what they write down."""
