"""`genmimic doctor`."""

from __future__ import annotations

import json as json_module

from genmimic.commands.options import Json

_MARKS = {"ok": "ok     ", "missing": "MISSING", "broken": "BROKEN ", "optional": "-      "}


def doctor(*, json: Json = False) -> int:
    """Say what is installed, what is missing and how to get it.

    Exit code 0 when all that `genmimic run` needs is there, 2 otherwise.

    for example:
      genmimic doctor
      genmimic doctor --json
    """
    from genmimic.doctor import examine, to_json

    findings = examine()
    report = to_json(findings)
    if json:
        print(json_module.dumps(report))
        return 0 if report["ok"] else 2
    group = ""
    for finding in findings:
        if finding.group != group:
            group = finding.group
            print(f"\n{group}")
        remedy = f"  -> {finding.remedy}" if finding.remedy else ""
        print(f"  {_MARKS[finding.status]}  {finding.name:<28} {finding.detail}{remedy}")
    print(
        "\nall that `genmimic run` needs is here"
        if report["ok"]
        else "\nsomething that is needed is missing: see above"
    )
    return 0 if report["ok"] else 2
