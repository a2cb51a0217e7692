"""Words without a domain: identifiers, the clock's type, errors, paging. No input or output."""
