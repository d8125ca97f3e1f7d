#include "agent/runtime/container_secrets.hpp"

#include "agent/engine/owner.hpp"
#include "agent/engine/tar.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace mcpm {

namespace {

Task<Result<engine::FileOwner>> owner_of(engine::Engine& engine, std::string container_id, std::string user) {
    if (const auto owner = engine::owner_in_numbers(user)) co_return *owner;
    std::string users = "/etc/passwd";
    const auto archive = co_await engine.read_archive(std::move(container_id), std::move(users));
    const bool has_none = !archive && archive.error().code == ErrorCode::not_found;
    if (!archive && !has_none) co_return archive.error();
    const auto passwd = archive ? engine::first_file_of(*archive) : std::nullopt;
    const auto owner = passwd ? engine::owner_by_name(user, *passwd) : std::nullopt;
    if (owner) co_return *owner;
    co_return Error{
        ErrorCode::validation_error,
        fmt::format("give the container its secrets: user '{}' is not in the image's /etc/passwd", user),
        {},
        "name the user by number: mcpm update NAME --user UID"};
}

}  // namespace

Task<Result<>> place_secrets(engine::Engine& engine, std::string container_id, std::string user,
                             std::vector<engine::SecretFile> secrets) {
    if (secrets.empty()) co_return Result<>{};
    const auto owner = co_await owner_of(engine, container_id, std::move(user));
    if (!owner) co_return owner.error();
    std::vector<engine::TarFile> files;
    for (auto& secret : secrets)
        files.push_back({std::move(secret.name), std::move(secret.value), 0400, owner->uid, owner->gid});
    std::string folder = engine::secrets_folder;
    std::string archive = engine::tar_of(files);
    co_return co_await engine.write_archive(std::move(container_id), std::move(folder), std::move(archive));
}

}  // namespace mcpm
