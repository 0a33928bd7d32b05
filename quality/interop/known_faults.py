"""The list of what is skipped, and of what a peer of a named version breaks: quality/interop/known-faults.json. What is skipped or fails
without an entry fails its suite, and so does an entry that holds no more.

An entry has the members suite (the command that reads it: "interop" is quality/interop/run), kind ("unsupported": not run, "fault": run, and
has to fail, "skip": a test that skips itself), reason, until (the last day on which it holds), and those that say which cells it
covers. Their values are patterns as of file names, with commas between several. "version" is that of the peer.
"""

import datetime
import fnmatch
import json
from pathlib import Path

LIST = Path(__file__).resolve().parent / "known-faults.json"
NEEDED = {"suite", "kind", "reason", "until"}
KINDS = {"unsupported", "fault", "skip"}


class KnownFaults:
    """The entries of a suite."""

    def __init__(self, suite, path=LIST, today=None):
        entries = json.loads(Path(path).read_text())
        for entry in entries:
            if not NEEDED <= entry.keys() or entry["kind"] not in KINDS or not all(isinstance(value, str) for value in entry.values()):
                raise ValueError(f"{path}: not an entry: {entry}")
        self.entries = [entry for entry in entries if entry["suite"] == suite]
        self.used = set()
        self.today = today or datetime.datetime.now(datetime.timezone.utc).date()

    def entry(self, **cell):
        """The first entry that covers the cell, or None; one whose members the cell does not have covers it not."""
        covering = [number for number, entry in enumerate(self.entries) if covers(entry, cell)]
        self.used.update(covering)
        return self.entries[covering[0]] if covering else None

    def stale(self, versions=None, complete=False):
        """Why entries hold no more. versions: of the peers that were run; complete: whether all cells were looked up."""
        told = []
        for number, entry in enumerate(self.entries):
            version = (versions or {}).get(entry.get("peer"))
            if versions is not None and "peer" in entry and version is None:
                continue  # a peer that was not run
            if self.today > datetime.date.fromisoformat(entry["until"]):
                told.append(f"known-faults.json: the entry has expired on {entry['until']}: {where(entry)}")
            elif version is not None and entry.get("version") != version:
                told.append(f"known-faults.json: the entry is not of version {version}: {where(entry)}")
            elif complete and number not in self.used:
                told.append(f"known-faults.json: the entry fits nothing that was run: {where(entry)}")
        return told


def covers(entry, cell):
    return all(
        name in cell and any(fnmatch.fnmatchcase(str(cell[name]), pattern) for pattern in entry[name].split(","))
        for name in entry.keys() - NEEDED - {"version"})


def where(entry):
    return ", ".join(f"{name} {value}" for name, value in entry.items() if name not in ("suite", "kind", "until"))
