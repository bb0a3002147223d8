"""What search keeps in our own database."""

from search.models.synonyms import SynonymGroup
from search.models.work import SearchDirty

__all__ = ["SearchDirty", "SynonymGroup"]
