"""A folder that stands for crates.io, with one crate: mcpm-crab 0.3.0, an MCP server with the tool `shell`, without dependencies.

    crate.py FOLDER      [source.ours] directory = FOLDER
"""

import os
import sys

SERVER = r'''use std::io::BufRead;

fn value<'a>(line: &'a str, key: &str) -> &'a str {
    let Some(at) = line.find(&format!("\"{key}\":")) else { return "" };
    let rest = line[at + key.len() + 3..].trim_start();
    &rest[..rest.find([',', '}']).unwrap_or(rest.len())]
}

fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let id = value(&line, "id");
        if id.is_empty() {
            continue;
        }
        let result = match value(&line, "method") {
            "\"initialize\"" => format!(
                r#"{{"protocolVersion":{},"capabilities":{{"tools":{{}}}},"serverInfo":{{"name":"crab","version":"0.3.0"}}}}"#,
                value(&line, "protocolVersion")
            ),
            "\"tools/list\"" => r#"{"tools":[{"name":"shell","inputSchema":{"type":"object"}}]}"#.to_string(),
            "\"tools/call\"" => r#"{"content":[{"type":"text","text":"of a crab"}]}"#.to_string(),
            "\"ping\"" => "{}".to_string(),
            _ => {
                println!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":-32601,"message":"no such method"}}}}"#);
                continue;
            }
        };
        println!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#);
    }
}
'''
FILES = {
    "Cargo.toml": '[package]\nname = "mcpm-crab"\nversion = "0.3.0"\nedition = "2021"\n',
    "Cargo.lock": 'version = 4\n\n[[package]]\nname = "mcpm-crab"\nversion = "0.3.0"\n',
    ".cargo-checksum.json": '{"files":{},"package":null}',
    "src/main.rs": SERVER,
}
for path, text in FILES.items():
    where = os.path.join(sys.argv[1], "mcpm-crab", path)
    os.makedirs(os.path.dirname(where), exist_ok=True)
    with open(where, "w", encoding="utf-8") as file:
        file.write(text)
