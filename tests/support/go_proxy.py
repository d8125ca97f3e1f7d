"""A module proxy in a folder: example.test/notes v1.0.0 and v1.1.0, whose cmd/notes is an MCP server with the tool `words`.

    go_proxy.py FOLDER      GOPROXY=file://FOLDER GOSUMDB=off
"""

import os
import sys
import zipfile

SERVER = '''package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var asked struct {
			ID     json.RawMessage `json:"id"`
			Method string          `json:"method"`
			Params struct {
				Version string `json:"protocolVersion"`
			} `json:"params"`
		}
		if json.Unmarshal(lines.Bytes(), &asked) != nil || asked.ID == nil {
			continue
		}
		result := map[string]any{}
		switch asked.Method {
		case "initialize":
			result = map[string]any{"protocolVersion": asked.Params.Version, "capabilities": map[string]any{"tools": map[string]any{}},
				"serverInfo": map[string]any{"name": "notes", "version": "VERSION"}}
		case "tools/list":
			result = map[string]any{"tools": []any{map[string]any{"name": "words", "inputSchema": map[string]any{"type": "object"}}}}
		case "tools/call":
			text := "VERSION " + strings.Join(os.Args[1:], " ")
			result = map[string]any{"content": []any{map[string]any{"type": "text", "text": text}}}
		}
		answer, _ := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": asked.ID, "result": result})
		fmt.Println(string(answer))
	}
}
'''
base = os.path.join(sys.argv[1], "example.test/notes/@v")
os.makedirs(base)
for version in ("v1.0.0", "v1.1.0"):
    module = "module example.test/notes\n\ngo 1.21\n"
    open(f"{base}/{version}.mod", "w").write(module)
    open(f"{base}/{version}.info", "w").write('{"Version": "%s"}' % version)
    with zipfile.ZipFile(f"{base}/{version}.zip", "w") as archive:
        archive.writestr(f"example.test/notes@{version}/go.mod", module)
        archive.writestr(f"example.test/notes@{version}/cmd/notes/main.go", SERVER.replace("VERSION", version))
open(f"{base}/list", "w").write("v1.0.0\nv1.1.0\n")
