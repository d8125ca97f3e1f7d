#!/usr/bin/env bash
# The dashboard for everybody: no violation of WCAG 2.1 A and AA on any page, light and dark, with dialogs open; and a phone's width.
. "$(dirname "$0")/browser.sh" access
