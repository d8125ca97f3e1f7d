#!/usr/bin/env python3
"""Dashboards of Grafana as they are shipped: what is wrong with them, and what they ask Prometheus for.

grafana.py check FILE...                 one line for each fault
grafana.py queries NAME=VALUE... -- FILE...   the queries, one a line, with those values for their variables
"""
import json
import re
import sys

BUILT_IN = {"__rate_interval", "__range", "__interval", "__url_time_range", "datasource"}


def panels_of(board):
    for panel in board["panels"]:
        yield panel
        yield from panel.get("panels", [])


def queries_of(board):
    """Of panels, and what the choices of variables are made of."""
    for panel in panels_of(board):
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            inner = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"])
            yield f"the variable {variable['name']}", inner.group(1)


def faults_of_panel(panel):
    place = panel["gridPos"]
    if place["x"] + place["w"] > 24 or min(place.values()) < 0:
        yield "it is beyond the width of 24"
    if panel["type"] == "row":
        return
    letters = [target["refId"] for target in panel.get("targets", [])]
    if not letters or len(set(letters)) != len(letters):
        yield "it has no targets, or two of one letter"
    if panel.get("datasource") != {"type": "prometheus", "uid": "${datasource}"}:
        yield "its data source is not the one that is chosen"
    if "options" not in panel or "defaults" not in panel.get("fieldConfig", {}):
        yield "it has no options or no fieldConfig"


def meet(one, other):
    return (one["x"] < other["x"] + other["w"] and other["x"] < one["x"] + one["w"]
            and one["y"] < other["y"] + other["h"] and other["y"] < one["y"] + one["h"])


def faults_of(board):
    for key in ("title", "uid", "schemaVersion", "panels", "templating", "time", "tags"):
        if key not in board:
            yield f"it has no {key}"
    panels = list(panels_of(board))
    ids = [panel["id"] for panel in panels]
    if len(set(ids)) != len(ids):
        yield "two panels have one id"
    for at, panel in enumerate(panels):
        for fault in faults_of_panel(panel):
            yield f"{panel['title']}: {fault}"
        for other in panels[at + 1:]:
            if meet(panel["gridPos"], other["gridPos"]):
                yield f"{panel['title']} and {other['title']} lie on each other"
    known = {variable["name"] for variable in board["templating"]["list"]} | BUILT_IN
    for title, query in queries_of(board):
        for name in re.findall(r"\$\{?(\w+)", query):
            if name not in known:
                yield f"{title}: nobody says what ${name} is"


def main(words):
    if words[0] == "check":
        seen = {}
        for file in words[1:]:
            board = json.load(open(file))
            for fault in faults_of(board):
                print(f"{file}: {fault}")
            if board["uid"] in seen:
                print(f"{file}: {seen[board['uid']]} has its uid")
            seen[board["uid"]] = file
        return
    gap = words.index("--")
    values = dict(word.split("=", 1) for word in words[1:gap])
    for file in words[gap + 1:]:
        for title, query in queries_of(json.load(open(file))):
            print(re.sub(r"\$\{?(\w+)\}?", lambda found: values[found.group(1)], query))


main(sys.argv[1:])
