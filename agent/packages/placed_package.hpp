// Packages that are a file, here or at an address: MCP bundles (.mcpb, a ZIP archive with a manifest) and
// programs. FOLDER/mcpb|binary/NAME/VERSION-HASH/. The bytes are foreign. Blocks; call it off the loop.
// https://github.com/modelcontextprotocol/mcpb/blob/main/MANIFEST.md
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"
#include "common/wire.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace mcpm::placed {

constexpr std::uint64_t most_bytes = 256ULL << 20U;  // of a bundle or a program

bool is_placed(PackageRegistry registry);

/// conflict when the bytes are not those of `digest` (empty: any).
Result<> check_digest(std::string_view bytes, const std::string& digest, const std::string& place);

/// The manifest of a bundle. validation_error: no archive, none in it, no JSON object.
Result<wire::Json> manifest_of(std::string_view bundle);

enum class BundleKind { node, python, program };
struct BundleServer {
    std::string name, version;
    BundleKind kind = BundleKind::program;
    std::string entry;  // a path within the bundle
};
/// What is started. validation_error naming the field: missing, of a wrong type, a version that is not known,
/// a path that leads out.
Result<BundleServer> read_server(const wire::Json& manifest);

/// The interpreter of a kind by its program's name; empty: the entry is started itself.
std::string_view interpreter_of(BundleKind kind);

/// With the bytes of exactly that digest, if it is there and whole; else not_found.
Result<PackagePin> find_installed(const std::filesystem::path& folder, const PackageSource& source);

/// Unpacks into `temporary`, then moves it to its place. `interpreter`: an absolute path, or empty.
Result<PackagePin> install_bundle(std::string_view bytes, const BundleServer& server,
                                  const std::string& interpreter, const std::filesystem::path& temporary,
                                  const std::filesystem::path& folder, const PackageSource& source);
Result<PackagePin> install_program(std::string_view bytes, const std::filesystem::path& temporary,
                                   const std::filesystem::path& folder, const PackageSource& source);

}  // namespace mcpm::placed
