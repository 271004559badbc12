"""One file that holds an installation, and the way back. Run as `python -m backup` by `./run`.

1. The database is read from one snapshot; photos are the files that this snapshot refers to.
2. A file appears under its name only when it is complete and on the disk; it is 0600.
3. Nothing is restored before the whole file has been read and found right.
4. What is there is never overwritten: each thing in the target is absent, or equal already. So an
   interrupted restore is simply repeated.
5. Everything streams: memory does not grow with the database or the photos.
6. Whatever cannot be done is a `Refused`: one clear sentence.
"""


class Refused(Exception):  # noqa: N818 - it is no error
    """Why nothing is done: one sentence for the operator."""
