#!/usr/bin/env bash
# Go modules and crates: built once by the toolchain of this machine, pinned, started directly. Their registries are of our own: a
# module proxy in a folder, a crate in a folder that stands for crates.io.
. "$(dirname "$0")/../support/sandbox.sh"
command -v go >/dev/null || skip_all "go is not installed"
packages=$data/packages
printf 'PATH=%s:$PATH\n' "$(dirname "$(command -v go)")" >>"$HOME/.profile"
mkdir -p "$HOME/.config/go"
printf 'GOPROXY=file://%s\nGOSUMDB=off\nGOTELEMETRY=off\n' "$sandbox/proxy" >"$HOME/.config/go/env"
# What the compiler made of its own library once is not made again for each test.
printf 'GOCACHE=%s\n' "${MCPM_TEST_GOCACHE:-$MCPM_BUILD_DIR/go-cache}" >>"$HOME/.config/go/env"
python3 "$MCPM_SOURCE_DIR/tests/support/go_proxy.py" "$sandbox/proxy"

expect "the agent starts" 0 mcpm agent start
expect "a Go program is built" 0 mcpm add notes --go example.test/notes/cmd/notes@v1.0.0 -- hello there
has "that no checksum database vouches for it is said to who adds it" "no checksum database vouches for example.test/notes (GOSUMDB=off)" "$err"
run mcpm show notes
has "pinned at its version" "v1.0.0" "$out"
has "by the hash of its module" "h1:" "$out"
expect "it starts" 0 mcpm start notes
expect "and is called" 0 mcpm call notes words
has "with its arguments" "v1.0.0 hello there" "$out"
pid=$(field notes pid)
same "nothing stands between" "$(readlink -f "$packages"/go/example.test+notes+cmd+notes/v1.0.0-*/bin/notes)" "$(readlink -f "/proc/$pid/exe")"
same "only the program is kept" "" "$(ls -A "$packages/go" | grep '^\.new')"
expect "the same again is not built again" 0 mcpm add again --go example.test/notes/cmd/notes@v1.0.0
same "there is one" 1 "$(ls "$packages/go/example.test+notes+cmd+notes" | wc -l)"
expect "a newer one is found" 0 mcpm upgrade notes --check
has "by its version" v1.1.0 "$out"
expect "and taken" 0 mcpm upgrade notes
has "with who vouches for it" "no checksum database vouches for example.test/notes" "$err"
expect "by the other, too" 0 mcpm upgrade again
expect "and started" 0 mcpm restart notes
has "it is the newer one" "v1.1.0 hello there" "$(mcpm call notes words)"
expect "one goes" 0 mcpm remove again -f
expect "the other goes" 0 mcpm remove notes -f
same "and with them what was built" "" "$(ls "$packages/go")"

expect "a module that does not exist" 4 mcpm add nosuch --go example.test/nosuch/cmd/x
expect "a version that does not exist" 4 mcpm add nosuch --go example.test/notes/cmd/notes@v9.0.0
expect "a name that is none" 2 mcpm add nosuch --go notes
expect "a name that would be an option" 2 mcpm add nosuch --go=-toolexec=/bin/sh
same "nothing half built is left" "" "$(ls -A "$packages/go" 2>/dev/null)"
same "no server is left" "" "$(mcpm list -q)"

# Crates: their build runs code, which needs leave.
expect "a crate needs leave to run its code" 2 mcpm add crate --cargo mcpm-fixture
has "which is said" "allow that with --allow-scripts" "$err"
if [ -n "${CARGO_HOME:-}" ] || [ -d "$(dirname "$(command -v cargo 2>/dev/null || echo /nosuch/x)")/../../.rustup/toolchains" ]; then
    real=$(RUSTUP_HOME=${RUSTUP_HOME:-$(dirname "$(command -v cargo)")/../../.rustup} cargo --version >/dev/null 2>&1 && RUSTUP_HOME=${RUSTUP_HOME:-$(dirname "$(command -v cargo)")/../../.rustup} HOME=${HOME} rustc --print sysroot 2>/dev/null)
fi
[ -n "${real:-}" ] && [ -x "$real/bin/cargo" ] || { note "left out: no cargo that runs in another home"; end_sandbox; }
printf 'PATH=%s/bin:$PATH\n' "$real" >>"$HOME/.profile"
mkdir -p "$HOME/.cargo" "$sandbox/crates/mcpm-fixture/src"
printf '[source.crates-io]\nreplace-with = "ours"\n[source.ours]\ndirectory = "%s"\n' "$sandbox/crates" >"$HOME/.cargo/config.toml"
cat >"$sandbox/crates/mcpm-fixture/Cargo.toml" <<'END'
[package]
name = "mcpm-fixture"
version = "0.3.0"
edition = "2021"
END
printf 'fn main() { println!("hello"); let mut line = String::new(); while std::io::stdin().read_line(&mut line).unwrap_or(0) > 0 {} }\n' >"$sandbox/crates/mcpm-fixture/src/main.rs"
printf 'version = 4\n\n[[package]]\nname = "mcpm-fixture"\nversion = "0.3.0"\n' >"$sandbox/crates/mcpm-fixture/Cargo.lock"
printf '{"files":{},"package":null}' >"$sandbox/crates/mcpm-fixture/.cargo-checksum.json"
expect "the agent reads the PATH anew" 0 mcpm agent restart
expect "a crate is built" 0 mcpm add crate --cargo mcpm-fixture@0.3.0 --allow-scripts --transport none
has "pinned" "0.3.0" "$(mcpm show crate)"
expect "it starts" 0 mcpm start crate
expect "a crate that does not exist" 4 mcpm add nosuch --cargo mcpm-nosuch-crate --allow-scripts
same "nothing half built is left" "" "$(ls -A "$packages/cargo" | grep '^\.new')"
