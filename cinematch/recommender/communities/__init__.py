"""Communities from outside: read from data sets, kept in the data folder."""

from cinematch.recommender.communities.folder import DamagedCommunity, FolderCommunities
from cinematch.recommender.communities.movielens import load_movielens

__all__ = ["DamagedCommunity", "FolderCommunities", "load_movielens"]
