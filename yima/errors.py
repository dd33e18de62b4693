"""Every way to fail: one sentence that says what to do, and one exit code (0 is fine, 1 a failed --check)."""


class YimaError(Exception):
    """A failure that a user can do something about. Its text is one translated sentence."""

    exit_code = 3


class WrongUsage(YimaError):
    """The command line is written wrongly; nothing has been done."""

    exit_code = 2


class BadInput(YimaError):
    """Something given is wrong; nothing has been written."""

    exit_code = 3


class NotAllowed(YimaError):
    """This person, or this device, may not do that."""

    exit_code = 4


class Damaged(YimaError):
    """The data is damaged, foreign, or of a newer version."""

    exit_code = 5


class Unwritable(YimaError):
    """Busy, full or read-only: nothing is lost, try again when it is mended."""

    exit_code = 6
