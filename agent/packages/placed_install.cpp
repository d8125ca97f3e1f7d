// The half of Packages that takes files: bundles and programs, from this machine or from an address, known by
// the digest of their bytes.
#include "agent/packages/find_program.hpp"
#include "agent/packages/flight.hpp"
#include "agent/packages/packages.hpp"
#include "agent/packages/placed_package.hpp"
#include "common/own_file.hpp"
#include "common/url.hpp"

#include <unistd.h>

#include <memory>
#include <utility>

namespace mcpm {

/// Of a file or an address; at most 256 MiB.
Task<Result<std::string>> Packages::bytes_of(std::string place) {
    if (is_web_url(place)) {
        if (!fetch_) co_return Error{ErrorCode::unavailable, "nothing is fetched from addresses here"};
        co_return co_await fetch_(std::move(place), placed::most_bytes);
    }
    auto read = [place] {
        return read_own_file(place, placed::most_bytes, {Links::followed, Owner::anybody});
    };
    co_return co_await offload(workers_, std::move(read));
}

Task<Result<Installed>> Packages::install_placed(std::shared_ptr<Flight> flight) {
    const auto source = flight->source;
    if (!source.digest.empty()) {
        auto find = [folder = folder_, source] { return placed::find_installed(folder, source); };
        auto found = co_await offload(workers_, std::move(find));
        if (found) {
            Installed reused{std::move(*found), {}, true};
            co_return reused;
        }
    }
    flight->tell("reading " + source.package);
    auto bytes = co_await bytes_of(source.package);
    if (!bytes)
        co_return Error{bytes.error().code, "install " + source.package + ": " + bytes.error().message};
    const auto temporary = folder_ / std::string(wire_name(source.registry)) /
                           (".new-" + std::to_string(::getpid()) + "-" + std::to_string(++next_temporary_));
    Temporary removed_at_end(workers_, temporary.string());
    const auto path = environment_.find("PATH");
    auto place = [bytes = std::make_shared<const std::string>(std::move(*bytes)), source, temporary,
                  folder = folder_,
                  path = path == environment_.end() ? std::string() : path->second]() -> Result<PackagePin> {
        if (auto good = placed::check_digest(*bytes, source.digest, source.package); !good)
            return good.error();
        if (source.registry == PackageRegistry::binary)
            return placed::install_program(*bytes, temporary, folder, source);
        const auto manifest = placed::manifest_of(*bytes);
        if (!manifest) return manifest.error();
        const auto server = placed::read_server(*manifest);
        if (!server) return server.error();
        std::string interpreter;
        if (const auto name = placed::interpreter_of(server->kind); !name.empty()) {
            auto found = find_program(name, path);
            if (!found) return found.error();
            interpreter = std::move(*found);
        }
        return placed::install_bundle(*bytes, *server, interpreter, temporary, folder, source);
    };
    auto pin = co_await offload(workers_, std::move(place));
    co_await removed_at_end.remove();
    if (!pin) co_return pin.error();
    Installed installed{std::move(*pin), {}, false};
    co_return installed;
}

}  // namespace mcpm
