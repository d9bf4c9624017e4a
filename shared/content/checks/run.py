#!/usr/bin/env python3
"""Checks everything that spaces-content writes with independent programs.

HTML with the Nu validator and caniemail's data, contrast in the light and dark schemes, calendars with two parsers, and
messages and the names in their headers with Python's own parser. Installs its dependencies from npm and PyPI under
target/content-checks. You need Java, Node.js, Python 3 and cargo.

Usage: shared/content/checks/run.py
"""

import email
import email.policy
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
WORK = ROOT / "target" / "content-checks"
PREVIEW = WORK / "preview"
# The method, status and links that each kind of calendar entry must have.
EXPECTED = {
    "server": ("REQUEST", "CONFIRMED", ["LOCATION", "URL", "CONFERENCE"]),
    "cancelled": ("CANCEL", "CANCELLED", []),
    "published": ("PUBLISH", "CONFIRMED", ["LOCATION", "URL", "CONFERENCE"]),
}
# The footer's link to the privacy notice, which doesn't lead to a meeting.
PRIVACY = "https://spaces.example/privacy"
VENV = WORK / "venv"
NODE = WORK / "node"


def main() -> int:
    missing = [tool for tool in ("cargo", "java", "node", "npm") if not shutil.which(tool)]
    if missing:
        print(f"not installed: {', '.join(missing)}", file=sys.stderr)
        return 2
    if sys.prefix != str(VENV):
        return in_venv()
    set_up_node()
    write_preview()
    failed = 0
    for check in (check_html, check_mail, check_calendars, check_messages, check_headers):
        count, faults = check()
        failed += bool(faults)
        print(f"{check.__doc__} {count} files, {len(faults)} faults")
        for fault in faults[:50]:
            print(f"  {fault}")
    print(f"{5 - failed} passed, {failed} failed")
    return 1 if failed else 0


def in_venv() -> int:
    """Runs this script again in the virtual environment with the parsers."""
    requirements = HERE / "requirements.txt"
    stamp = VENV / "installed.txt"
    if not stamp.exists() or stamp.read_text() != requirements.read_text():
        run(sys.executable, "-m", "venv", "--clear", VENV)
        run(VENV / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements)
        stamp.write_text(requirements.read_text())
    return subprocess.run([VENV / "bin/python", __file__], check=False).returncode


def set_up_node() -> None:
    NODE.mkdir(parents=True, exist_ok=True)
    lock = NODE / "package-lock.json"
    wanted = (HERE / "package-lock.json").read_text()
    if not (NODE / "node_modules").exists() or not lock.exists() or lock.read_text() != wanted:
        shutil.copy(HERE / "package.json", NODE)
        shutil.copy(HERE / "package-lock.json", NODE)
        run("npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", cwd=NODE)
    # Node.js resolves imports relative to the module's own folder.
    shutil.copy(HERE / "mail.mjs", NODE)


def write_preview() -> None:
    shutil.rmtree(PREVIEW, ignore_errors=True)
    run("cargo", "run", "--quiet", "--package", "spaces-content", "--example", "preview", "--", PREVIEW, cwd=ROOT)


def run(*command: object, cwd: Path | None = None) -> None:
    subprocess.run([str(part) for part in command], check=True, cwd=cwd, env={**os.environ, "NO_COLOR": "1"})


def files(pattern: str) -> list[Path]:
    found = sorted(PREVIEW.glob(pattern))
    if not found:
        raise SystemExit(f"no {pattern} in {PREVIEW}")
    return found


def check_html() -> tuple[int, list[str]]:
    """HTML, read by the Nu validator:"""
    pages = files("*.*.html")
    jar = NODE / "node_modules/vnu-jar/build/dist/vnu.jar"
    command = ["java", "-jar", str(jar), "--errors-only", "--format", "json", *map(str, pages)]
    output = subprocess.run(command, check=False, capture_output=True, text=True).stderr
    excepted = {pattern: 0 for pattern in json.loads((HERE / "exceptions.json").read_text())["vnu"]}
    faults = []
    for message in json.loads(output)["messages"]:
        found = [pattern for pattern in excepted if re.fullmatch(pattern, message["message"])]
        if found:
            excepted[found[0]] += 1
        else:
            faults.append(f"{Path(message.get('url', '')).name}: {message['message']}")
    faults += [f"unused exception: {pattern}" for pattern, count in excepted.items() if not count]
    return len(pages), faults


def check_mail() -> tuple[int, list[str]]:
    """HTML, by what mail programs support, and its contrast:"""
    kinds = ("client.html", "server.html", "cancelled.html", "outlook.fragment")
    pages = [page for kind in kinds for page in files(f"*.{kind}")]
    command = ["node", NODE / "mail.mjs", HERE / "exceptions.json", *pages]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode not in (0, 1) or (done.returncode and not done.stdout):
        raise SystemExit(done.stderr)
    return len(pages), done.stdout.splitlines()


def check_calendars() -> tuple[int, list[str]]:
    """Calendars, read by icalendar and by vobject:"""
    import icalendar
    import vobject

    faults = []
    entries = files("*.ics")
    for path in entries:
        text = path.read_bytes().decode()
        calendar = icalendar.Calendar.from_ical(text)
        (event,) = calendar.walk("VEVENT")
        other = vobject.readOne(text, validate=True).vevent
        method, status, links = EXPECTED[path.name.split(".")[-2]]
        for what, one, two in (
            ("method", str(calendar["METHOD"]), method),
            ("status", str(event["STATUS"]), status),
            ("links", [name for name in ("LOCATION", "URL", "CONFERENCE") if name in event], links),
            ("errors", calendar.errors + event.errors, []),
            ("uid", str(event["UID"]), other.uid.value),
            ("summary", str(event["SUMMARY"]), other.summary.value),
            ("description", str(event["DESCRIPTION"]), other.description.value),
            *((name, str(event[name]), other.getChildValue(name.lower())) for name in links),
            ("start", event["DTSTART"].dt, other.dtstart.value),
            ("end", event["DTEND"].dt, other.dtend.value),
            ("start's zone", event["DTSTART"].dt.utcoffset().total_seconds(), 0),
            ("order", event["DTEND"].dt > event["DTSTART"].dt, True),
            *people(event, other, is_public=method == "PUBLISH"),
        ):
            if one != two:
                faults.append(f"{path.name}: {what}: {one!r} is not {two!r}")
    return len(entries), faults


def people(event, other, *, is_public: bool):
    """Returns the people of an entry as both parsers read them. A published entry has none."""
    if is_public:
        found = [name for name in ("ORGANIZER", "ATTENDEE") if name in event or name.lower() in other.contents]
        return [("people", found, []), ("addresses", "mailto:" in str(event.to_ical()).lower(), False)]
    return [
        ("organizer", str(event["ORGANIZER"]), other.organizer.value),
        ("attendee", str(event["ATTENDEE"]), other.attendee.value),
        ("role", event["ATTENDEE"].params["ROLE"], other.attendee.params["ROLE"][0]),
        ("name", event["ATTENDEE"].params.get("CN"), other.attendee.params.get("CN", [None])[0]),
    ]


def check_messages() -> tuple[int, list[str]]:
    """Messages, read by Python's email:"""
    faults = []
    messages = files("*.eml")
    for path in messages:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        defects = [defect for part in message.walk() for defect in part.defects]
        defects += [defect for _, header in message.items() for defect in getattr(header, "defects", ())]
        faults += [f"{path.name}: {defect!r}" for defect in defects]
        entry = path.with_suffix(".ics")
        calendars = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        if len(calendars) != (2 if entry.exists() else 0):
            faults.append(f"{path.name}: {len(calendars)} calendars")
        for part in calendars:
            if part.get_content().splitlines() != entry.read_text().splitlines():
                faults.append(f"{path.name}: the calendar differs from {entry.name}")
        text = message.get_body(("plain",)).get_content()
        stop = message["List-Unsubscribe"].removeprefix("<").removesuffix(">")
        if message["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
            faults.append(f"{path.name}: no one-click unsubscribing (RFC 8058)")
        for part in (text, message.get_body(("html",)).get_content()):
            if part.count(stop) != 1:
                faults.append(f"{path.name}: {part.count(stop)} links that stop mail")
        if path.name.endswith(".cancelled.eml"):
            if "://" in text.replace(stop, "").replace(PRIVACY, ""):
                faults.append(f"{path.name}: a link into a cancelled meeting")
        elif not re.search(r"\nhttps://\S+/spaces/invites/[0-9a-f]{24}/(join|meet)\s*$", text):
            faults.append(f"{path.name}: the link is not the last line")
    return len(messages), faults


def check_headers() -> tuple[int, list[str]]:
    """Names and titles in headers, read by Python's email, which raises on any defect, and in calendars:"""
    strict = email.policy.default.clone(raise_on_defect=True)
    faults = []
    messages = files("headers/*.eml")
    for path in messages:
        expected = json.loads(path.with_suffix(".json").read_text())
        try:
            message = email.message_from_bytes(path.read_bytes(), policy=strict)
            (to,) = message["To"].addresses
            (sender,) = message["From"].addresses
            name = to.display_name.replace("\u200c", "")
            read = {"name": name, "subject": str(message["Subject"])}
            found = {"to": to.addr_spec, "from": sender.addr_spec}
        except Exception as error:  # noqa: BLE001, whatever it raises is a fault of the message
            faults.append(f"{path.name}: {error!r} for {expected}")
            continue
        # Python keeps the space between two encoded words of a phrase, which RFC 2047 section 6.2 drops.
        if "".join(name.split()) == "".join(expected["name"].split()):
            read["name"] = expected["name"]
        if read != expected:
            faults.append(f"{path.name}: {read} is not {expected}")
        if found != {"to": "han@falcon.example", "from": "invitations@spaces.example"}:
            faults.append(f"{path.name}: {found}")
        faults += name_in_calendar(path.with_suffix(".ics"), expected["name"])
    return len(messages), faults


def name_in_calendar(path: Path, name: str) -> list[str]:
    """Reads the attendee's name with both parsers. A parameter value can't contain a quotation mark."""
    import icalendar
    import vobject

    text = path.read_bytes().decode()
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    other = vobject.readOne(text).vevent
    readers = {
        "icalendar": event["ATTENDEE"].params.get("CN"),
        # vobject predates the escapes of RFC 6868.
        "vobject": other.attendee.params["CN"][0].replace("^^", "^"),
    }
    expected = name.replace('"', "'")
    read = {reader: (found or "").replace("\u200c", "") for reader, found in readers.items()}
    return [f"{path.name}: {reader} reads {found!r}, not {expected!r}" for reader, found in read.items() if found != expected]


if __name__ == "__main__":
    sys.exit(main())
