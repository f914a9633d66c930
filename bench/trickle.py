"""A quiet stream of messages beside another measurement: `python -m bench.trickle PORT RATE SECONDS`, data on stdin."""

import itertools
import json
import sys
import time
from collections.abc import Iterator

from bench import lane, load


def paced(requests: Iterator[bytes], rate: float) -> Iterator[bytes]:
    for request in requests:
        time.sleep(1 / rate)
        yield request


if __name__ == "__main__":
    port, rate, seconds = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    data = json.load(sys.stdin)
    endless = itertools.chain.from_iterable(lane.requests(data, data["buyers"], 1) for _ in itertools.count())
    load.run(port, [paced(endless, rate)], seconds)
