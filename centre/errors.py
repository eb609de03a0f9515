"""What can go wrong, in one sentence each.

::

    CentreError
    ├── BadInputError     somebody gave us something that we refuse: a setting, a form, a file
    ├── BadMessageError   a message that is not as the contract says; it is kept aside
    └── OutsideError      the database, the broker or the disk; tried again
"""


class CentreError(Exception):
    """The message names the thing, the value and the expectation."""


class BadInputError(CentreError):
    """Something that a person or a file gave us cannot be used."""


class BadMessageError(CentreError):
    """A message of a box is not as the contract says."""


class OutsideError(CentreError):
    """Something outside this program failed; trying again may help."""
