"""The one exception that means: the user's input is at fault, and this sentence says how to mend it."""


class InputError(ValueError):
    """Bad user input.

    The message is one clear sentence that names the file, frame and field at fault and the remedy. The command
    line prints it alone, without a traceback, and exits with code 2.
    """
