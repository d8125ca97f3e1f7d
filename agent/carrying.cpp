#include "agent/carrying.hpp"

#include "agent/bundle/bundle.hpp"
#include "agent/launch/own_variables.hpp"
#include "cli/exit_status.hpp"
#include "common/docker_context.hpp"
#include "common/fields/bundle_fields.hpp"
#include "common/own_file.hpp"
#include "common/paths.hpp"
#include "common/search_path.hpp"
#include "common/sha256_stream.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace mcpm {

namespace {

namespace fs = std::filesystem;
namespace field = fields::bundle;
using wire::Json;

constexpr std::size_t longest_order = 64UL << 20U;
constexpr std::string_view digest_beginning = "sha256:";

int say(const Error& error) {
    fmt::print(stderr, "mcpm: {}\n", error.message);
    if (!error.hint.empty()) fmt::print(stderr, "  {}\n", error.hint);
    // No agent is asked here: what is unavailable is a disk.
    const bool is_disk = error.code == ErrorCode::unavailable;
    return static_cast<int>(is_disk ? cli::ExitStatus::failed : cli::exit_status(error.code));
}

Result<std::string> read_standard_input(std::size_t limit) {
    std::string text(limit + 1, '\0');
    std::size_t have = 0;
    while (have < text.size()) {
        const auto got = ::read(STDIN_FILENO, text.data() + have, text.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read standard input", errno);
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    if (have > limit) return Error{ErrorCode::payload_too_large, "the order of the bundle is too long"};
    text.resize(have);
    return text;
}

Result<std::string> digest_of(int file) {
    Sha256Stream digest;
    std::string piece(1U << 20U, '\0');
    for (off_t at = 0;;) {
        const auto got = ::pread(file, piece.data(), piece.size(), at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read the bundle", errno, ErrorCode::unavailable);
        if (got == 0) return std::string(digest_beginning) + digest.hex();
        digest.add(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
        at += got;
    }
}

/// The packages are another user's where a service runs as one: what we would write there he could not use.
Result<> check_owner(const Paths& paths) {
    struct stat facts {};
    if (::stat(paths.data.c_str(), &facts) != 0 || facts.st_uid == ::geteuid()) return {};
    return Error{ErrorCode::forbidden,
                 fmt::format("{} belongs to uid {}, and this is uid {}", paths.data.string(), facts.st_uid,
                             ::geteuid()),
                 {},
                 "run it as that user: sudo -u \\#UID …"};
}

Json summary_of(const bundle::Contents& contents) {
    return Json{{field::setup, contents.setup},
                {field::missing, contents.missing},
                {field::packages, contents.packages.size()},
                {field::images, contents.images.size()}};
}

void print_line(const Json& json) {
    fmt::print("{}\n", wire::to_text(json));
    std::fflush(stdout);
}

bundle::ImageCarrier own_engine_images() {
    engine::Context context;
    context.environment = own_variables(engine_variables);
    return bundle::ImageCarrier(std::move(context));
}

/// "./x" was "x" where it was typed.
Error in_file(const std::string& file, Error error) {
    error.message = file.substr(file.starts_with("./") ? 2 : 0) + ": " + error.message;
    return error;
}

/// Written beside and renamed: what has the name is whole.
int make(const Paths& paths, const std::string& file, bool force) {
    const auto text = read_standard_input(longest_order);
    if (!text) return say(text.error());
    auto order = bundle::read_order(*text);
    if (!order) return say(order.error());
    std::error_code error;
    if (fs::exists(file, error) && !force)
        return say(
            Error{ErrorCode::conflict, "write " + file + ": it is there already", {}, "--force replaces it"});
    const std::string beside = file + ".part";
    ::unlink(beside.c_str());
    const UniqueFd out(::open(beside.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!out) return say(system_error("write " + beside, errno));
    auto images = own_engine_images();
    const auto made = bundle::make_bundle(out.get(), std::move(*order), paths.packages(), images);
    const auto digest = made ? digest_of(out.get()) : Result<std::string>(made.error());
    if (!digest || ::fsync(out.get()) != 0 || ::rename(beside.c_str(), file.c_str()) != 0) {
        const Error why = digest ? system_error("write " + file, errno) : digest.error();
        ::unlink(beside.c_str());
        return say(why);
    }
    struct stat facts {};
    ::fstat(out.get(), &facts);
    Json summary = summary_of(*made);
    summary.erase(field::setup);
    summary[field::digest] = *digest;
    summary[field::bytes] = facts.st_size;
    print_line(summary);
    return 0;
}

int install(const Paths& paths, const std::string& file, const std::string& digest) {
    if (auto good = check_owner(paths); !good) return say(good.error());
    const auto opened = open_own_file(file, O_RDONLY, 0, {Links::followed, Owner::anybody});
    if (!opened) return say(opened.error());
    if (!digest.empty()) {
        const auto found = digest_of(opened->get());
        if (!found) return say(found.error());
        if (*found != digest)
            return say(
                Error{ErrorCode::conflict, file + " is not the bundle that is meant: it has " + *found});
    }
    const char* const path = std::getenv("PATH");
    auto images = own_engine_images();
    const auto arrived =
        bundle::install_bundle(opened->get(), paths.packages(), path == nullptr ? "" : path, images);
    if (!arrived) return say(in_file(file, arrived.error()));
    print_line(summary_of(arrived->contents));
    const auto word = read_standard_input(16);
    if (word && word->starts_with("keep")) return 0;
    bundle::take_back(*arrived);
    return 0;
}

}  // namespace

bool is_carrying(std::string_view first) {
    return first == "__bundle" || first == "__unbundle";
}

int run_carrying(const std::vector<std::string_view>& arguments) {
    ::umask(077);
    const auto paths = find_paths();
    if (!paths) return say(paths.error());
    const std::string file(arguments.size() > 1 ? arguments[1] : std::string_view());
    const std::string_view more = arguments.size() > 2 ? arguments[2] : std::string_view();
    if (arguments.front() == "__bundle") return make(*paths, file, more == "--force");
    return install(*paths, file, std::string(more));
}

}  // namespace mcpm
