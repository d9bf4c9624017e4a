#!/usr/bin/env python3
"""Simulates a rush into one space, second by second, on one item collection of DynamoDB.

Arithmetic gives averages; this shows the peaks. A partition has 3,000 read and 1,000 write units a second, however little it
used before (burst capacity helps tables below that limit, not partitions at it). Lambda gives a function 1,000 more
environments every ten seconds. The SDK tries three times within four seconds. People arrive in a wave.

    bench/simulate.py                 the rush in docs/performance.md, with and without the cached page
    bench/simulate.py --people 50000 --seconds 120

Reads are strongly consistent, so all go to the leader of the partition. The collection stays in one partition: the first
members, which every join reads, cannot be split from each other.
"""

import argparse
import math
import random

READ_UNITS, WRITE_UNITS = 3_000, 1_000
RAMP_EVERY, RAMP = 10, 1_000
ATTEMPTS = 3


class Bucket:
    """A number of units that is renewed each second."""

    def __init__(self, rate: float):
        self.rate = self.left = rate

    def second(self) -> None:
        self.left = self.rate

    def take(self, units: float) -> bool:
        if self.left < units:
            return False
        self.left -= units
        return True


def wave(people: int, seconds: int) -> list[int]:
    """Returns the arrivals by second: a gamma-shaped wave with its peak in the first fifth, as when a meeting begins."""
    weight = [(t + 1) ** 2 * math.exp(-(t + 1) / (seconds / 8)) for t in range(seconds)]
    exact = [people * w / sum(weight) for w in weight]
    return [int(x) + (random.random() < x % 1) for x in exact]


def simulate(people: int, seconds: int, page_units: float, own_units: float, shared_page: float, took: float) -> dict:
    reads, writes = Bucket(READ_UNITS), Bucket(WRITE_UNITS)
    environments, limit = 0, RAMP
    waiting: list[tuple[int, int]] = []  # the second of the next attempt, and its number
    failed = retried = throttled_start = peak_units = 0
    arrivals = wave(people, seconds)
    for second in range(seconds + 10):
        reads.second()
        writes.second()
        if second % RAMP_EVERY == 0 and second:
            limit += RAMP
        due = [attempt for at, attempt in waiting if at <= second]
        waiting = [(at, attempt) for at, attempt in waiting if at > second]
        due += [1] * (arrivals[second] if second < seconds else 0)
        needed = math.ceil(len(due) * took)
        environments = max(environments, min(needed, limit))
        able = int(environments / took)
        throttled_start += max(0, len(due) - able)
        waiting += [(second + 1, attempt) for attempt in due[able:]]
        served = due[:able]
        # With a cached page, each environment in use reads it once per `shared_page` seconds; else every join reads it.
        pages = min(len(served), math.ceil(min(environments, needed) / shared_page)) if shared_page else len(served)
        peak_units = max(peak_units, pages * page_units + len(served) * own_units)
        for number, attempt in enumerate(served):
            units = own_units + (page_units if number < pages else 0)
            if reads.take(units) and writes.take(1):
                continue
            if attempt < ATTEMPTS:
                retried += 1
                waiting.append((second + attempt, attempt + 1))
            else:
                failed += 1
    return {
        "peak joins/s": max(arrivals),
        "peak read units/s": round(peak_units),
        "environments": environments,
        "waited for an environment": throttled_start,
        "retried": retried,
        "answered 503": failed,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--page-units", type=float, default=6.5, help="read units of the first hundred members")
    parser.add_argument("--own-units", type=float, default=3.0,
                        help="read units of the space and of the memberships of caller and inviter")
    parser.add_argument("--took", type=float, default=0.05, help="seconds of an invocation")
    options = parser.parse_args()
    random.seed(6)
    for name, shared in [("every join reads the page", 0), ("an environment reads the page every 5 s", 5)]:
        found = simulate(
            options.people, options.seconds, options.page_units, options.own_units, shared, options.took
        )
        print(name + ":")
        for what, figure in found.items():
            print(f"    {what:28} {figure:>9,}")


if __name__ == "__main__":
    main()
