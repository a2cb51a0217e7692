"""Counters stand in a user's document by kind and key; a key must be fit for the name of a field.

Names of fields may not be empty nor hold a zero byte, and a dot or a dollar in them would be read
as syntax.
"""

from urllib.parse import unquote

_EMPTY = "%"
_SYNTAX = str.maketrans({"%": "%25", ".": "%2E", "$": "%24", "\0": "%00"})


def field_of(key: str) -> str:
    """Return the name of the field that holds the counter with this key.

    >>> field_of("2024-05"), field_of(""), field_of("St. Ives, 5%")
    ('2024-05', '%', 'St%2E Ives, 5%25')
    """
    return key.translate(_SYNTAX) if key else _EMPTY


def key_of(field: str) -> str:
    """Return the key of the counter in this field.

    >>> key_of("2024-05"), key_of("%"), key_of("St%2E Ives, 5%25")
    ('2024-05', '', 'St. Ives, 5%')
    """
    if "%" not in field:
        return field
    return "" if field == _EMPTY else unquote(field)


def path_of(kind: str, key: str) -> str:
    """Return the path of a counter from the top of a user's document.

    >>> path_of("year", "2024")
    'counters.year.2024'
    """
    return f"counters.{kind}.{field_of(key)}"
