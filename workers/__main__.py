"""`python -m workers QUEUE` serves a queue; `python -m workers schedule` sends what is due."""

import sys

from app.core.work.jobs import QueueName
from workers.runtime import work
from workers.schedule import run


def main(arguments: list[str]) -> int:
    """Return the exit status."""
    queues = {queue.value: queue for queue in QueueName}
    match arguments:
        case ["schedule"]:
            run()
        case [name] if name in queues:
            work(queues[name])
        case _:
            print(f"usage: python -m workers {{schedule|{'|'.join(queues)}}}", file=sys.stderr)  # noqa: T201
            return 2
    return 0


sys.exit(main(sys.argv[1:]))
