#!/usr/bin/env python3
"""The waiting time of other people's invitations while a few inviters send thousands, in three designs of delivery.

    bench/fairness.py                 the tables of docs/performance.md
    bench/fairness.py --runs 20       more runs of each row; each run has a seed of its own, so the figures repeat

The account sends 14 mails a second, of which 0.9 are used. The volume comes from a few inviters; every other invitation is by
an inviter of its own. A mail waits from the write of its invitation to the start of its SES call. The others' mails count if
they are written before the fastest design has sent the volume, so that all designs are judged by the same mails.

Modelled:

- The table's stream has one or four shards, chosen by the hash of the invitation. A shard hands its records over in order, one
  batch at a time, within a quarter of a second.
- Stream to SES, the design before ADR 37 with its ParallelizationFactor of 1: the instance of a shard delivers one invitation
  after the other, at the rate divided by the shards. An invitation ends when its last mail is recorded.
- One fair queue: the relay takes 30 ms for an invitation and 1 ms for each person (a partition of the table takes 1,000 writes
  a second), and queues messages of up to ten people, grouped by inviter. Two messages are handled at once, the fewest that
  Lambda allows, each at half of the rate.
- Two queues: the same relay, which sends messages of inviters with over 25 mails in the hour to the bulk queue. Each queue has
  two messages handled at once, at 0.4 and 0.6 of the rate. Neither uses what the other leaves.
- An instance starts one mail per interval. A mail takes 60 ms from its start, a message 20 ms before its first mail.

Taken from AWS ("How Amazon SQS fair queues work", Amazon SQS Developer Guide):

- A group is noisy if it has over a tenth of the messages in flight and at least 30, or has taken over a tenth of the recent
  processing time. It is quiet again when no message of it is left, or when none was sent to it for five minutes.
- Messages of quiet groups are received first. Among noisy groups, that with the fewest messages in flight is.

AWS does not publish the length of "recent" (here: five minutes), the time until a noisy group is detected (here: none, in the
queues' favour), or the order among quiet groups. Standard queues prefer older messages, approximately: "by age" takes one of
the ten oldest, "by group" the oldest of a random group. One fair queue lies between the two.

Not modelled: cold starts, throttling and failures of SES, sleeping messages, Lambda's delay in polling queues, several batches
at once per shard (BatchesPerShard), the start of a clock hour, in which the relay counts from zero.
"""

import argparse
import heapq
import random
import statistics
from collections import defaultdict, deque
from itertools import islice

RATE = 14 * 0.9
QUICK, BULK, FEW = 0.4, 0.6, 25
CONCURRENCY = 2
POLL, RELAY, RELAY_PERSON = 0.25, 0.03, 0.001
READ, SEND = 0.02, 0.06
PEOPLE = 10
RECENT, NOISY_SHARE, NOISY_IN_FLIGHT, OLDEST = 300, 0.1, 30, 10


class Pace:
    """The starts of an instance, one per interval. Unused time is not made up for."""

    def __init__(self, per_second: float):
        self.interval, self.next = 1 / per_second, 0.0

    def start(self, now: float) -> float:
        start = max(now, self.next)
        self.next = start + self.interval
        return start


class FairQueue:
    """A standard queue with message groups, as AWS describes it."""

    def __init__(self, order: str):
        self.order = order
        self.waiting: dict[str, deque] = {}
        self.last_sent: dict[str, float] = {}
        self.in_flight: dict[str, int] = defaultdict(int)
        self.took: dict[str, float] = defaultdict(float)
        self.spans: deque = deque()
        self.all_took = 0.0

    def send(self, now: float, group: str, message) -> None:
        self.waiting.setdefault(group, deque()).append((now, message))
        self.last_sent[group] = now

    def is_noisy(self, group: str, now: float, in_flight: int) -> bool:
        if now - self.last_sent[group] > RECENT:
            return False
        own = self.in_flight[group]
        crowds = own >= NOISY_IN_FLIGHT and own > NOISY_SHARE * in_flight
        return crowds or self.took[group] > NOISY_SHARE * self.all_took

    def receive(self, now: float):
        """Takes a message; none if the queue is empty."""
        while self.spans and now - self.spans[0][0] > RECENT:
            _, group, span = self.spans.popleft()
            self.took[group] -= span
            self.all_took -= span
        if not self.waiting:
            return None
        in_flight = sum(self.in_flight.values())
        quiet = [group for group in self.waiting if not self.is_noisy(group, now, in_flight)]
        if not quiet:
            fewest = min(self.in_flight[group] for group in self.waiting)
            group = random.choice([group for group in self.waiting if self.in_flight[group] == fewest])
        elif self.order == "by group":
            group = random.choice(quiet)
        else:
            fronts = ((sent, group) for group in quiet for sent, _ in islice(self.waiting[group], OLDEST))
            group = random.choice(heapq.nsmallest(OLDEST, fronts))[1]
        _, message = self.waiting[group].popleft()
        self.in_flight[group] += 1
        if not self.waiting[group]:
            del self.waiting[group]
        return group, message

    def delete(self, now: float, group: str, received: float) -> None:
        self.in_flight[group] -= 1
        if not self.in_flight[group]:
            del self.in_flight[group]
        self.spans.append((now, group, now - received))
        self.took[group] += now - received
        self.all_took += now - received


def shards_of(invitations: list, shards: int) -> list[list]:
    """Invitations by shard, in the order of their writes, each with when its record can be received."""
    by_shard = [[] for _ in range(shards)]
    for invitation in invitations:
        random.choice(by_shard).append((invitation[0] + random.random() * POLL, invitation))
    return by_shard


def stream(invitations: list, shards: int) -> list:
    """The starts of all mails where each shard's instance sends: (written, inviter, started)."""
    mails = []
    for shard in shards_of(invitations, shards):
        pace, free = Pace(RATE / shards), 0.0
        for received, (written, inviter, people) in shard:
            begun = max(free, received) + READ
            starts = [pace.start(begun) for _ in range(people)]
            free = starts[-1] + SEND
            mails += [(written, inviter, start) for start in starts]
    return mails


def relayed(invitations: list, shards: int) -> list:
    """The messages of all invitations, by the time at which the relay sends them: (sent, mails so far, inviter, message)."""
    found = []
    for shard in shards_of(invitations, shards):
        free = 0.0
        for received, (written, inviter, people) in shard:
            free = max(free, received) + RELAY + RELAY_PERSON * people
            found.append((free, inviter, written, people))
    counted, messages = defaultdict(int), []
    for sent, inviter, written, people in sorted(found):
        counted[inviter] += people
        for first in range(0, people, PEOPLE):
            messages.append((sent, counted[inviter], inviter, (written, min(PEOPLE, people - first))))
    return messages


def drain(messages: list, share: float, order: str) -> list:
    """The starts of the mails of one queue: (written, inviter, started)."""
    queue, arriving, mails = FairQueue(order), deque(messages), []
    instances = [(0.0, number, None) for number in range(CONCURRENCY)]
    paces = [Pace(RATE * share / CONCURRENCY) for _ in range(CONCURRENCY)]
    idle: list[int] = []
    while instances or arriving:
        # Either an instance ends a message, or the next message comes for one that is idle.
        if instances and (not arriving or instances[0][0] <= arriving[0][0] or not idle):
            now, number, held = heapq.heappop(instances)
            if held:
                queue.delete(now, *held)
            idle.append(number)
        else:
            now = arriving[0][0]
        while arriving and arriving[0][0] <= now:
            sent, _, inviter, message = arriving.popleft()
            queue.send(sent, inviter, message)
        while idle and (received := queue.receive(now)):
            group, (written, people) = received
            number = idle.pop(0)
            starts = [paces[number].start(now + READ) for _ in range(people)]
            mails += [(written, group, start) for start in starts]
            heapq.heappush(instances, (starts[-1] + SEND, number, (group, now)))
    return mails


def two_queues(invitations: list, shards: int) -> list:
    messages = relayed(invitations, shards)
    quick = [message for message in messages if message[1] <= FEW]
    bulk = [message for message in messages if message[1] > FEW]
    return drain(quick, QUICK, "by age") + drain(bulk, BULK, "by age")


DESIGNS = [
    ("stream to SES, 1 shard", lambda invitations: stream(invitations, 1)),
    ("stream to SES, 4 shards", lambda invitations: stream(invitations, 4)),
    ("one fair queue, by age", lambda invitations: drain(relayed(invitations, 1), 1.0, "by age")),
    ("one fair queue, by group", lambda invitations: drain(relayed(invitations, 1), 1.0, "by group")),
    ("two queues, 1 shard", lambda invitations: two_queues(invitations, 1)),
    ("two queues, 4 shards", lambda invitations: two_queues(invitations, 4)),
]


def others(seconds: float, every: float, people: int = 1) -> list:
    """Invitations of this many people, each by an inviter of its own: (written, inviter, people)."""
    return [((n + random.random()) * every, f"other {n}", people) for n in range(int(seconds / every))]


def volume(invitations: int, people: int) -> list:
    return [(0.01 * n, f"bulk {n}", people) for n in range(invitations)]


SCENARIOS = [
    ("Ten invitations of 1,000 by ten inviters; one of 1 person every 10 s",
     lambda: volume(10, 1_000) + others(1_500, 10)),
    ("Three invitations of 600 by three inviters; one of 1 person every 2 s",
     lambda: volume(3, 600) + others(400, 2)),
    ("1,000 invitations of 1 person by one inviter within 20 s; one by others every 2 s",
     lambda: [(0.02 * n, "bulk", 1) for n in range(1_000)] + others(400, 2)),
    ("Ten invitations of 1,000 by ten inviters; one of 50 people every minute",
     lambda: volume(10, 1_000) + others(1_500, 60, 50)),
    ("No volume; eight invitations of 1 person a second, for 5 minutes", lambda: others(300, 1 / 8)),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=8)
    options = parser.parse_args()
    for title, scenario in SCENARIOS:
        waits, done = defaultdict(list), defaultdict(list)
        for run in range(options.runs):
            random.seed(run)
            invitations, sent = sorted(scenario()), {}
            for name, design in DESIGNS:
                random.seed(run)
                sent[name] = design(invitations)
            ends = {name: max((start for _, inviter, start in mails if inviter.startswith("bulk")), default=0.0)
                    for name, mails in sent.items()}
            until = min(ends.values()) or float("inf")
            for name, mails in sent.items():
                done[name].append(ends[name])
                waits[name] += [start - written for written, inviter, start in mails
                                if inviter.startswith("other") and written < until]
        print(f"\n{title}\n{'others wait (s)':28} {'p50':>8} {'p95':>8} {'max':>8}   volume is sent (s)")
        for name, _ in DESIGNS:
            cuts = statistics.quantiles(waits[name], n=20)
            end = f"{statistics.mean(done[name]):>18,.0f}" if any(done[name]) else ""
            print(f"{name:28} {cuts[9]:>8,.1f} {cuts[18]:>8,.1f} {max(waits[name]):>8,.1f}   {end}".rstrip())


if __name__ == "__main__":
    main()
