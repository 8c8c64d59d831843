"""Reads the stored results of `simulate`: python3 docs/read_results.py FOLDER prints a CSV table."""

import csv
import gzip
import json
import sys


def flat(value, name=""):
    """Nested objects as one, with names such as runs.wait_sum; lists stay as they are."""
    if not isinstance(value, dict):
        return {name: value}
    parts = {}
    for key, part in value.items():
        parts.update(flat(part, f"{name}.{key}" if name else key))
    return parts


def read(folder):
    """The header, and one flat row for each variant, replication and target."""
    with gzip.open(f"{folder}/results.jsonl.gz", "rt", encoding="utf-8") as lines:
        header = json.loads(next(lines))
        kind = (header.get("format"), header.get("format_version"))
        if kind != ("autoscale-simulator results", 5):
            sys.exit(f"{folder} holds {kind}, which this script does not read")
        variants = header["study"]["variants"]
        rows = []
        for line in map(json.loads, lines):
            if "result" not in line:  # Runs or leases of the row before it.
                continue
            variant = variants[line["variant"]]
            for name, target in zip(variant["targets"], line["result"]["targets"]):
                place = {"variant": variant["name"], "replication": line["replication"]}
                rows.append({**place, "target": name, **flat(target)})
    if len(rows) != sum(len(variant["targets"]) for variant in variants) * header["inputs"]["replications"]:
        sys.exit(f"{folder} holds a part of the replications")
    return header, rows


if __name__ == "__main__":
    _, rows = read(sys.argv[1])
    out = csv.writer(sys.stdout)
    out.writerow(["variant", "target", "replication", "runs_started", "wait_mean_s", "peak_nodes"])
    for row in rows:
        started = row["runs.started"]
        wait_s = row["runs.wait_sum"] / 1e6 / started if started else ""
        place = [row["variant"], row["target"], row["replication"]]
        out.writerow([*place, started, wait_s, row["peak_nodes"]])
