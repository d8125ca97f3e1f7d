"""What of a screen stays the same from run to run: its words, in their lines. Numbers with their units, times, ids and what was cut are
marks; blanks between columns are two. Where a line of latencies is broken depends on their digits: such lines are one.
"""

import re
import sys

kept = ""
for line in sys.stdin:
    line = line.rstrip().replace("\r", "")
    line = re.sub(r"/tmp/mcpm-test\.\w+", "SANDBOX", line)
    line = re.sub(r"/\S*/fixtures/", "FIXTURES/", line)
    line = re.sub(r"(?:unix|tcp)://\S+", "ENGINE", line)
    line = re.sub(r"\bfb_\w+", "FEEDBACK", line)
    line = re.sub(r"\bsrv_\w+", "SRV", line)
    line = re.sub(r"failed at.*…", "failed at …", line)
    line = re.sub(r"\S*…", "…", line)
    line = re.sub(r"[▁▂▃▄▅▆▇█]+", "BARS", line)
    line = re.sub(r"\d[\d.,:TZ-]*(?: ?(?:[KMGT]i?B|B|ms|us|s|m|h|d|%)(?!\w))*", "#", line)
    line = re.sub(r"#(?: #)+", "#", line)
    line = re.sub(r"(BARS  # of # check)s?\b.*", r"\1s", line)
    if re.fullmatch(r"\s+(?:p?#|ms)(?:,? (?:p?#|ms))*", line):  # the rest of such a line, where it was broken
        continue
    line = re.sub(r" {2,}", "  ", line)
    if ", p#" in kept and line.startswith("  "):
        kept = re.sub(r"# ms\b", "#", kept + " " + line.strip())
        continue
    if kept:
        print(kept)
    kept = ""
    if ", p#" in line:
        kept = line
    else:
        print(line)
if kept:
    print(kept)
