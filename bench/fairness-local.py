#!/usr/bin/env python3
"""Measures the waiting time of a single invitation behind large ones, on one machine.

Runs against `cargo xtask dev` (with its default ports, or those that are named) and takes about five minutes:

    bench/fairness-local.py
    bench/fairness-local.py --inviters 3 --people 600 --rate 14

It limits the mailbox to a rate as SES limits an account, has several inviters invite hundreds of people each with one request,
then has other people invite one person each, one after the other, and prints the seconds from each answer to the mail. In the
second part, one inviter sends a thousand invitations to one person each; others invite one person meanwhile.
"""

import argparse
import json
import statistics
import subprocess
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--api", default="http://127.0.0.1:9000")
    parser.add_argument("--mail", default="http://127.0.0.1:8025")
    parser.add_argument("--inviters", type=int, default=3)
    parser.add_argument("--people", type=int, default=600, help="invited by each of them")
    parser.add_argument("--singles", type=int, default=20, help="invitations to one person each")
    parser.add_argument("--alone", type=int, default=1_000, help="invitations to one person each by one inviter")
    parser.add_argument("--rate", type=int, default=14, help="mails a second that the mailbox takes")
    return parser.parse_args()


class Service:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.run = f"{time.time_ns():x}"

    def call(self, url: str, method: str, token: str = "", body: dict | None = None):
        headers = {"content-type": "application/json"} | ({"authorization": f"jwt {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def token(self, name: str) -> str:
        command = ["cargo", "xtask", "token", "user", "--email", f"{name}.{self.run}@example.com", "--name", name]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def invite(self, token: str, addresses: list[str]) -> float:
        """Invites people, and returns when that was answered."""
        invitees = [{"inviteeType": "email", "invitee": address, "role": "member"} for address in addresses]
        body = {"topic": {"title": "Fairness"}, "invitees": invitees}
        while True:
            try:
                self.call(f"{self.options.api}/api/spaces/invite", "POST", token, body)
                return time.time()
            except urllib.error.HTTPError as error:
                if error.code != 429:
                    raise SystemExit(f"{error.code}: {error.read().decode()}") from error
                time.sleep(int(error.headers["Retry-After"]))

    def calls(self) -> int:
        return self.call(f"{self.options.mail}/api/calls", "GET").get("SendEmail", 0)

    def arrivals(self, part: str) -> dict[str, float]:
        """Returns when the mails to the addresses of a part came."""
        messages = self.call(f"{self.options.mail}/api/messages", "GET")
        at = lambda message: datetime.fromisoformat(message["received"].replace("Z", "+00:00")).timestamp()
        return {to: at(message) for message in messages for to in message["to"] if to.endswith(f"@{part}.{self.run}.test")}

    def until_all(self, part: str, number: int) -> dict[str, float]:
        while len(arrived := self.arrivals(part)) < number:
            time.sleep(5)
        return arrived

    def waits_of_singles(self, part: str, tokens: list[str]) -> list[float]:
        """Returns the seconds from the answer to each of the single invitations to its mail."""
        answered = {}
        for number, token in enumerate(tokens):
            address = f"single{number}@{part}.{self.run}.test"
            answered[address] = self.invite(token, [address])
            time.sleep(2)
        arrived = self.until_all(part, len(tokens))
        return sorted(arrived[address] - at for address, at in answered.items())


def show(name: str, waits: list[float]) -> None:
    print(f"{name}: median {statistics.median(waits):.1f} s, longest {waits[-1]:.1f} s", flush=True)


def main() -> None:
    options = arguments()
    service = Service(options)
    service.call(f"{options.mail}/api/rate?per_second={options.rate}", "PUT")
    singles = [service.token(f"single{number}") for number in range(options.singles)]
    large = [service.token(f"large{number}") for number in range(options.inviters)]

    calls = service.calls()
    began = time.time()
    for number, token in enumerate(large):
        service.invite(token, [f"guest{guest}@large{number}.{service.run}.test" for guest in range(options.people)])
    show(f"{options.singles} single invitations behind {options.inviters} × {options.people}", service.waits_of_singles("first", singles))
    last = max(max(service.until_all(f"large{number}", options.people).values()) for number in range(options.inviters))
    mails = options.inviters * options.people
    print(f"the {mails} mails took {last - began:.0f} s, {mails / (last - began):.1f} a second", flush=True)
    print(f"{(service.calls() - calls) / (mails + options.singles):.3f} calls of SES for each mail", flush=True)

    alone = service.token("alone")
    with ThreadPoolExecutor(4) as pool:
        addresses = [f"guest{number}@alone.{service.run}.test" for number in range(options.alone)]
        invited = pool.map(lambda address: service.invite(alone, [address]), addresses)
        show(f"{options.singles} others' beside {options.alone} single invitations of one inviter", service.waits_of_singles("second", singles))
        began = min(invited)
    print(f"those took {max(service.until_all('alone', options.alone).values()) - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
