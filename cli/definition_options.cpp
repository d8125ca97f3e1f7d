#include "cli/definition.hpp"

namespace mcpm::cli {

void Definition::declare(Options& options, DefinitionFor purpose) {
    declare_source(options, purpose);
    declare_environment(options, purpose);
    declare_health_and_restarts(options, purpose);
    declare_mcp(options);
    declare_limits_and_labels(options);
    declare_container(options, purpose);
    options.section("");
    options.rest("COMMAND [ARGS…]", words_, "the program and its arguments; never a shell line");
}

void Definition::declare_source(Options& options, DefinitionFor purpose) {
    options.section("Source");
    options.value("--npm", "PKG[@VER]", npm_,
                  "an npm package, installed once and pinned; its arguments stand behind --");
    options.value("--pypi", "PKG[@VER]", pypi_, "a PyPI package, likewise");
    options.value("--go", "PKG[@VER]", go_, "a Go program, built once by the go of this machine and pinned");
    options.value("--cargo", "CRATE[@VER]", cargo_,
                  "a crate, likewise by cargo; its build runs its code, so it needs --allow-scripts");
    options.value("--binary", "URL", binary_,
                  "a program by its address or path, fetched once; an address needs --digest");
    options.value("--digest", "sha256:HEX", digest_, "what the bytes of --binary must have");
    options.value("--program", "NAME", program_, "which program of the package, when it has several");
    options.value("--python", "VERSION", python_,
                  "of --pypi: the Python that it is run by, as 3.12, or '>=3.12'");
    options.list("--with", "PKG[==VER]", with_, "of --pypi: what is installed beside it");
    options.flag(
        "--allow-scripts", allow_scripts_,
        "run the install scripts of an npm package and of what it needs (default: off, and said); of "
        "--pypi: build what is published as sources alone");
    if (purpose == DefinitionFor::update)
        options.flag("--no-allow-scripts", no_scripts_, "install it without them");
    options.value("--image", "IMAGE", image_, "a container image");
    options.value("--url", "URL", url_, "a remote MCP server over HTTP");
    options.list("--header", "NAME: VALUE", headers_,
                 "a header for a remote; ${VAR} in it is a variable of --env");
}

void Definition::declare_environment(Options& options, DefinitionFor purpose) {
    options.section("Environment");
    options.list("-e,--env", "VAR[=VALUE]", environment_,
                 "an environment variable; without a value, yours is taken");
    options.list("--env-file", "FILE", environment_files_, "variables from a file, as dotenv reads it");
    if (purpose == DefinitionFor::update) {
        options.list("--unset-env", "VAR", unset_environment_, "remove an environment variable");
        options.list("--unset-secret", "VAR", unset_secrets_, "remove a variable that has a secret");
        options.list("--unset-label", "KEY", unset_labels_, "remove a label");
        options.list("--unset-header", "NAME", unset_headers_, "remove a header");
    }
    options.list("--secret", "VAR=NAME", secrets_, "an environment variable from a stored secret");
    options.value("--cwd", "FOLDER", cwd_,
                  purpose == DefinitionFor::add ? "the folder it runs in (default: the current one)"
                                                : "the folder it runs in");
    options.value("--api", "HOW", api_,
                  "whether it may manage servers on the agent's socket: refuse (default) or allow");
    options.choices({"refuse", "allow"});
}

void Definition::declare_health_and_restarts(Options& options, DefinitionFor purpose) {
    options.section("Health and restarts");
    options.value("--health", "CHECK", health_,
                  "http://…, tcp://HOST:PORT, command:PROGRAM ARGS, process, mcp or none");
    options.value("--health-match", "TEXT", health_match_, "of a check by HTTP: the body must have it");
    options.value("--health-interval", "TIME", health_interval_, "between checks (default: 30s)");
    options.value("--health-timeout", "TIME", health_timeout_, "for one check (default: 5s)");
    options.value("--restart", "POLICY[:N]", restart_,
                  "always, on-failure (default) or never; after N exits within two minutes it is given up");
    options.list("--watch", "PATTERN", watch_,
                 "restart it when such a file changes: *.py, src/**/*.js, !build/ (as in .gitignore)");
    if (purpose == DefinitionFor::update) options.flag("--no-watch", no_watch_, "watch no files any more");
    options.flag("--lazy", lazy_, "sleep until the first request");
    if (purpose == DefinitionFor::update) options.flag("--no-lazy", eager_, "do not sleep");
    options.value("--idle-timeout", "TIME", idle_timeout_,
                  "a lazy server sleeps again after this long (default: 5m)");
    options.list("--depends-on", "NAME[:healthy]", depends_on_, "start that server first");
    options.value("--stop-timeout", "TIME", stop_timeout_, "from the polite stop to SIGKILL (default: 10s)");
    options.value("--start-timeout", "TIME", start_timeout_, "until it must be ready (default: 1m)");
}

void Definition::declare_mcp(Options& options) {
    options.section("MCP");
    options.value("--transport", "KIND", transport_,
                  "stdio, http, sse or none (default: stdio, for a remote http)");
    options.choices({"stdio", "http", "sse", "none"});
    options.value("--sharing", "HOW", sharing_, "auto, shared, per-client or per-call (default: auto)");
    options.choices({"auto", "shared", "per-client", "per-call"});
    options.list("--rename-tool", "OLD=NEW", renamed_tools_,
                 "clients know the server's tool OLD as NEW; OLD=OLD takes that back");
}

void Definition::declare_limits_and_labels(Options& options) {
    options.section("Limits");
    options.value("--memory", "SIZE", memory_, "memory limit, e.g. 512MiB");
    options.value("--cpus", "N", cpus_, "CPU limit in cores, e.g. 1.5");
    options.value("--pids", "N", pids_, "limit of processes");
    options.value("--open-files", "N", open_files_, "limit of open files of each process");
    options.section("Labels");
    options.list("-l,--label", "KEY=VALUE", labels_, "a label");
}

void Definition::declare_container(Options& options, DefinitionFor purpose) {
    options.section("Container");
    options.flag("--secrets-as-env", secrets_as_environment_,
                 "a container gets secrets as variables, which `docker inspect` shows (default: as files)");
    if (purpose == DefinitionFor::update) options.flag("--no-secrets-as-env", secrets_as_files_, "as files");
    options.list("-v,--volume", "SRC:DST[:ro]", volumes_, "a folder of yours, or a volume, for a container");
    options.list("-p,--publish", "[[ADDR:]HOST:]PORT", ports_,
                 "a port of a container; on 127.0.0.1 unless an address is given");
    options.value("--network", "NAME", network_,
                  "a container's network: bridge (default), none, host, or one of yours");
    options.value("--user", "USER[:GROUP]", user_, "whom a container runs as (default: as the image says)");
    options.flag("--read-only", read_only_, "a container's own files cannot be changed");
    if (purpose == DefinitionFor::update) options.flag("--no-read-only", writable_, "they can");
    options.list("--cap-add", "NAME", capabilities_, "give a container a capability back; all are dropped");
    options.value("--pull", "WHEN", pull_, "an image: missing (default), always or never");
    options.choices({"missing", "always", "never"});
    options.value("--platform", "OS/ARCH", platform_, "of an image, e.g. linux/arm64");
    options.value("--entrypoint", "PROGRAM", entrypoint_,
                  "instead of the image's own; its arguments stand behind --");
    options.value("--path", "PATH", path_,
                  "where a container's MCP endpoint is, with --transport http (default: /mcp)");
}

}  // namespace mcpm::cli
