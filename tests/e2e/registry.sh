#!/usr/bin/env bash
# Servers of an MCP registry and of catalogues: found, looked at, agreed to, installed, called; and a registry that is away, slow, or
# answers with something else. The registry and npm's are of our own, on loopback.
. "$(dirname "$0")/../support/sandbox.sh"
command -v node >/dev/null && command -v npm >/dev/null || skip_all "node and npm are not installed"

begin_program() { # NAME PROGRAM ARGS…   -> its first line is its port
    local name=$1
    shift
    python3 "$@" >"$sandbox/$name.log" 2>&1 &
    echo $! >"$sandbox/$name.pid"
    until_true 10 test -s "$sandbox/$name.log"
    head -n 1 "$sandbox/$name.log"
}
end_programs() { for file in "$sandbox"/*.pid; do kill "$(cat "$file")" 2>/dev/null; done; }
trap 'end_programs; end_sandbox' EXIT

# What is published.
weather=$sandbox/published/fixture-weather
mkdir -p "$weather"
cat >"$weather/package.json" <<'END'
{"name": "fixture-weather", "version": "1.0.0", "bin": {"fixture-weather": "main.js"}}
END
cat >"$weather/main.js" <<'END'
#!/usr/bin/env node
const lines = require("readline").createInterface({ input: process.stdin });
const tools = [{ name: "weather", description: "The weather.", inputSchema: { type: "object" } }];
lines.on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const text = `${process.argv.slice(2).join(" ")} key of ${(process.env.WEATHER_KEY ?? "").length}`;
  const answers = {
    initialize: { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "w", version: "1" } },
    "tools/list": { tools },
    "tools/call": { content: [{ type: "text", text }] },
    ping: {},
  };
  const result = answers[method];
  const rest = result ? { result } : { error: { code: -32601, message: "no such method" } };
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, ...rest }) + "\n");
});
END
cat >"$sandbox/docker.yaml" <<'END'
version: 2
registry:
  WeatherBox:
    description: Weather in a box.
    title: Weather Box
    image: mcp/weather@sha256:0123456789012345678901234567890123456789012345678901234567890123
    dateAdded: "2026-01-02T03:04:05Z"
    metadata: {license: Apache-2.0, category: weather}
    config:
      - {name: weather, type: object, properties: {place: {type: string, description: where}}, required: [place]}
    env: [{name: PLACE, value: "{{weather.place}}"}]
END
printf 'registry: [what, is, this]\n' >"$sandbox/odd.yaml"
printf 'registry:\n  good: {image: "x/y:1", description: A good one.}\n  bad: 7\n  empty: {title: nothing}\n' >"$sandbox/half.yaml"
printf '{"servers": {\n  "one": {"image": "x/y:1", "transport": "sse"},\n  "two": []}}' >"$sandbox/toolhive.json"
printf '{"servers": [\n  7,\n  {"name": "io.example/fine", "packages": []}]}' >"$sandbox/page.json"
printf 'registry:\n  one: {image: x\n' >"$sandbox/torn.yaml"
printf '{"servers": {\n  "one": }' >"$sandbox/torn.json"
echo good >"$sandbox/mode"
npm_port=$(begin_program npm "$MCPM_SOURCE_DIR/tests/support/npm_registry.py" "$sandbox/published")
port=$(begin_program registry "$MCPM_SOURCE_DIR/tests/support/mcp_registry.py" "$sandbox/mode" "$sandbox/docker.yaml")
printf 'registry=http://127.0.0.1:%s/\nfetch-retries=0\n' "$npm_port" >"$HOME/.npmrc"
export MCPM_REGISTRY_URL=http://127.0.0.1:$port/ \
    MCPM_REGISTRY_CATALOGUES="http://127.0.0.1:$port/catalogue,$sandbox/odd.yaml,$sandbox/half.yaml,$sandbox/toolhive.json,$sandbox/page.json,$sandbox/torn.yaml,$sandbox/torn.json" MCPM_REGISTRY_MAX_AGE=0s
expect "the agent starts" 0 mcpm agent start

# Found, with where it comes from.
expect "a search asks the registry and the catalogues" 0 mcpm search weather
has "it finds what the registry has" io.github.example/weather "$out"
has "and says which one" "127.0.0.1:$port" "$out"
has "and what the catalogue has" WeatherBox "$out"
has "with its licence" Apache-2.0 "$out"
has "and its age" 2026-05-06 "$out"
has "what cannot be installed is said" "Weather in another language. (cannot be installed)" "$(mcpm search dotnet --no-trunc)"
has "several pages are read, and that there is more" "there is more" "$err"
has "a catalogue that is none is named" "mcpm: odd.yaml:1:1: it is neither a server.json nor a catalogue: expected" "$err"
has "an entry of Docker's that is none, with its place" "1 of its entries cannot be read and are left out; the first: half.yaml:3:3: registry.bad: a map is expected" "$err"
has "one of ToolHive's" "the first: toolhive.json:3:3: servers.two: a map is expected" "$err"
has "one of a registry's page" "the first: page.json:2:3: servers[0]: server.json: document: an object is expected" "$err"
has "YAML that is cut off" "mcpm: torn.yaml:" "$err"
has "JSON that is cut off" "(line 2, column 10)" "$err"
has "and where to mend that" "registry.catalogues" "$err"
has "the good one beside them is found" good "$(mcpm search good one 2>/dev/null)"
expect "what cannot be installed of Docker's" 2 mcpm install empty --yes
has "with its place, and what is expected" 'half.yaml:4:3: "empty" cannot be installed: registry.empty.image: it has no image and no remote: one of them is expected' "$err"
has "and what to do" '`mcpm add NAME` defines it by hand' "$err"
expect "of ToolHive's" 2 mcpm install one --yes
has "with its place and what to do" 'toolhive.json:2:3: "one" cannot be installed: servers.one.transport: its image speaks sse, not stdio: start it yourself' "$err"
expect "both words must fit" 0 mcpm search weather elsewhere -q
same "and nothing else comes" io.github.example/weather-far "$out"
expect "templates alone" 4 mcpm search --templates elsewhere-of-the-registry
expect "for programs" 0 mcpm search weather -o json
same "each says where it is from" "127.0.0.1:$port" "$(json "next(e['from'] for e in d if e['id'] == 'io.github.example/weather')" <<<"$out")"

# Looked at.
expect "an entry is shown" 0 mcpm template show io.github.example/weather
has "with what it asks for" "weather-key *" "$out"
has "and that nobody vouches for it" nobody "$out"

# Nothing foreign before a yes.
expect "without a terminal and without --yes nothing is installed" 2 mcpm install io.github.example/weather weather-key=planted-Secret-78
has "but what would run was shown" "npm package fixture-weather 1.0.0, by node, with the arguments: --units metric" "$err"
has "and what it may reach" "every file and host that you may" "$err"
same "nothing was fetched" "" "$(ls "$data/packages/npm" 2>/dev/null)"
same "and no secret stored" "" "$(mcpm secret list -q)"
expect "what is missing is named" 2 mcpm install io.github.example/weather --yes
has "with what it is" "weather-key is required: a key" "$err"
expect "a definition can be looked at" 0 mcpm install io.github.example/weather --dry-run weather-key=planted-Secret-78
has_not "without the secret" planted-Secret "$out$err"

# Installed, started, called.
expect "with a yes it is installed and started" 0 mcpm install io.github.example/weather --yes --start units=imperial weather-key=planted-Secret-78
expect "and called" 0 mcpm call weather weather
has "with its arguments and its secret" "--units imperial key of 17" "$out"
has "the server says where it comes from" '"registry": "io.github.example/weather"' "$(mcpm show weather -o json)"
expect "the name is taken now" 6 mcpm install io.github.example/weather --yes weather-key=other
expect "a version that is not there" 4 mcpm install io.github.example/weather@9.9.9 --yes weather-key=x --name other
expect "a version that is there" 0 mcpm install io.github.example/weather@1.1.0 --yes weather-key=x --name "other one"
expect "from an address" 0 mcpm install "http://127.0.0.1:$port/server.json" --yes weather-key=x --name third
curl -s "http://127.0.0.1:$port/server.json" >"$sandbox/server.json"
expect "from a file" 0 mcpm install "$sandbox/server.json" --yes weather-key=x --name fourth
expect "what the catalogue has is planned by its id" 0 mcpm install WeatherBox place=Bern --dry-run
has "with its value" "PLACE: Bern" "$out"

# What is wrong leaves nothing behind.
before=$(mcpm list -q; mcpm secret list -q; ls "$data"/packages/npm)
expect "a package that does not exist" 4 mcpm install io.github.example/gone --yes
expect "a kind that cannot be installed" 2 mcpm install io.github.example/dotnet --yes
has "says so" "packages of nuget cannot be installed" "$err"
expect "a server that no registry has" 4 mcpm install io.github.example/nosuch --yes
expect "an address without JSON" 2 mcpm install "http://127.0.0.1:$port/bad.json" --yes
expect "an address with 20 MB" 1 mcpm install "http://127.0.0.1:$port/large.json" --yes
printf '{"name": 7}' >"$sandbox/wrong.json"
expect "a file of another shape" 2 mcpm install "$sandbox/wrong.json" --yes
has "is named with its field" "name: a text is expected" "$err"
head -c 10000000 /dev/zero | tr '\0' ' ' >"$sandbox/large.json"
expect "a file of 10 MB" 2 mcpm install "$sandbox/large.json" --yes
same "nothing is left of any of them" "$before" "$(mcpm list -q; mcpm secret list -q; ls "$data"/packages/npm)"

# A registry that lies, is broken, loops, is slow or away: it is named, and what is kept is found.
for mode in page list broken; do
    echo $mode >"$sandbox/mode"
    expect "a registry that answers with '$mode' does not fail a search" 0 mcpm search weather
    has "it is named" "127.0.0.1:$port: " "$err"
    has "and what is kept is found" io.github.example/weather-far "$out"
done
echo other >"$sandbox/mode"
expect "a registry that answers with another server is not believed" 1 mcpm install io.github.many/weather-5@1.0.0 --yes --name liar
same "nor installed" "" "$(mcpm show liar 2>/dev/null)"
has "and named" "answered with io.github.example/weather-far" "$err"
echo loop >"$sandbox/mode"
expect "a cursor that comes again ends the search" 0 mcpm search many
echo slow >"$sandbox/mode"
expect "a slow one is given up" 0 mcpm search weather
has "and named" "127.0.0.1:$port: " "$err"
kill "$(cat "$sandbox/registry.pid")"
expect "one that is away does not fail a search" 0 mcpm search weather
has "which is of what is kept" "shown as of 20" "$err"
has "with its entries" io.github.example/weather-far "$out"
expect "what is kept can be looked at" 0 mcpm template show io.github.example/weather-far
has "and says so" "as it was kept" "$out"
expect "what was never seen is not there" 1 mcpm template show io.github.never/seen
has_not "no secret is in any log" planted-Secret "$(cat "$state"/agent.log; mcpm events; mcpm export)"
