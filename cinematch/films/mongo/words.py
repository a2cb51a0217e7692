"""The words of the catalogue, one document each, against which misspelt ones are held.

A word that a transaction takes out while another brings it back may be missing until the next
film with it is saved: it is then not offered for a misspelling, but found as before.
"""

from collections.abc import Collection

from pymongo import InsertOne

from cinematch.films.core.searching import END, initials, likeliest, slips_allowed, slips_of
from cinematch.films.mongo.bulk import chunks, write
from cinematch.infra.mongo import MongoTx

_COUNTED = 24
"""How many of the nearest words are compared by how many films have them."""
_MANY = 1_000


def learn(tx: MongoTx, words: Collection[str]) -> None:
    """Add those of the words that are not known yet."""
    known: set[str] = set()
    for chunk in chunks(words):
        found = tx.db["film_words"].find({"_id": {"$in": chunk}}, {"_id": 1}, session=tx.session)
        known |= {one["_id"] for one in found}
    write(
        tx,
        "film_words",
        [
            InsertOne({"_id": word, "initial": word[0], "size": len(word)})
            for word in sorted(set(words) - known)
        ],
    )


def forget(tx: MongoTx, words: Collection[str]) -> None:
    """Remove those of the words that no film has any more."""
    films = tx.db["movies_catalog"]
    unused = [
        word
        for word in sorted(set(words))
        if films.find_one({"words": word}, {"_id": 1}, session=tx.session) is None
    ]
    for chunk in chunks(unused):
        tx.db["film_words"].delete_many({"_id": {"$in": chunk}}, session=tx.session)


def mended(tx: MongoTx, word: str, *, last: bool) -> list[str]:
    """Return the words of the catalogue that may be meant; just this one if it is known."""
    if _known(tx, word, last=last):
        return [word]
    allowed = slips_allowed(word)
    if not allowed:
        return []
    found = tx.db["film_words"].find(
        {
            "initial": {"$in": initials(word)},
            "size": {"$gte": len(word) - allowed, "$lte": len(word) + allowed},
        },
        {"_id": 1},
        session=tx.session,
    )
    slips = slips_of(word, (one["_id"] for one in found))
    nearest = sorted(slips, key=lambda term: (slips[term], term))[:_COUNTED]
    films = {
        term: tx.db["movies_catalog"].count_documents(
            {"words": term}, limit=_MANY, session=tx.session
        )
        for term in nearest
    }
    return likeliest({term: slips[term] for term in nearest}, films)


def _known(tx: MongoTx, word: str, *, last: bool) -> bool:
    words = tx.db["film_words"]
    if words.find_one({"_id": word}, session=tx.session) is not None:
        return True
    begun = {"initial": word[0], "_id": {"$gte": word, "$lt": word + END}}
    return last and words.find_one(begun, session=tx.session) is not None
