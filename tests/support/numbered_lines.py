"""numbered_lines.py FILE ALLOWED: FILE is `mcpm logs -o json` of the chatty fixture (odd lines on stderr, even ones on
stdout). Every line must be there once and in its stream's order. A place where lines are missing or torn must have a note
about the lost agent for that stream just before it, and at most ALLOWED places may."""
import json
import re
import sys

allowed = int(sys.argv[2])
last = {"stdout": 0, "stderr": -1}
marked = {"stdout": 0, "stderr": 0}
lines = excused = 0
wrong = []
for raw in open(sys.argv[1], encoding="utf-8"):
    record = json.loads(raw)
    if record.get("note"):
        for stream in marked:
            if "agent was lost here" in record["text"] and stream in record["text"]:
                marked[stream] = 3  # the torn line and the one behind it may be its victims
        continue
    lines += 1
    stream = record["stream"]
    number = re.fullmatch(r"line (\d+)", record["text"])
    value = int(number.group(1)) if number else None
    good = value == last[stream] + 2
    if not good and marked[stream] > 0 and (value is None or value > last[stream]):
        excused += 1
    elif not good:
        wrong.append(f"{stream}: {record['text'][:60]!r} after line {last[stream]}")
    if value is not None:
        last[stream] = max(last[stream], value)
    marked[stream] = max(0, marked[stream] - 1)
for text in wrong[:10]:
    print("   " + text)
print(f"   {lines} lines, {excused} excused places, {len(wrong)} unexcused")
sys.exit(0 if lines > 20 and not wrong and excused <= allowed else 1)
