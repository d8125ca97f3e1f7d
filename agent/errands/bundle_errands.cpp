#include "agent/bundle/bundle.hpp"
#include "agent/errands/all.hpp"
#include "agent/errands/new_file.hpp"
#include "agent/launch/own_variables.hpp"
#include "common/docker_context.hpp"
#include "common/fields/bundle_fields.hpp"
#include "common/own_file.hpp"
#include "common/search_path.hpp"
#include "common/sha256_stream.hpp"
#include "common/wire.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace mcpm::errands {

namespace {

namespace field = fields::bundle;
using wire::Json;

constexpr std::size_t longest_order = 64UL << 20U;
constexpr std::size_t longest_word = 16;

Result<std::string> digest_of(int file) {
    Sha256Stream digest;
    std::string piece(1U << 20U, '\0');
    for (off_t at = 0;;) {
        const auto got = ::pread(file, piece.data(), piece.size(), at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read the bundle", errno, ErrorCode::unavailable);
        if (got == 0) return std::string(sha256_mark) + digest.hex();
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

/// What was made, and the digest of its file.
Result<Json> write_bundle(const Paths& paths, const Words& words, bundle::Contents order) {
    const auto replace = words.has("--force") ? NewFile::Replace::yes : NewFile::Replace::no;
    auto file = NewFile::create(words.file(), replace);
    if (!file) return file.error();
    auto images = own_engine_images();
    const auto made = bundle::make_bundle(file->descriptor(), std::move(order), paths.packages(), images);
    if (!made) return made.error();
    const auto digest = digest_of(file->descriptor());
    if (!digest) return digest.error();
    struct stat facts {};
    ::fstat(file->descriptor(), &facts);
    if (const auto kept = file->keep(); !kept) return kept.error();
    Json summary = summary_of(*made);
    summary.erase(field::setup);
    summary[field::digest] = *digest;
    summary[field::bytes] = facts.st_size;
    return wire::as_result(std::move(summary));
}

Result<> check_digest(int file, const Words& words) {
    if (words.second().empty()) return {};
    const auto found = digest_of(file);
    if (!found) return found.error();
    if (*found == words.second()) return {};
    return Error{ErrorCode::conflict, words.file() + " is not the bundle that is meant: it has " + *found};
}

}  // namespace

int bundle_up(const Paths& paths, const Words& words) {
    const auto text = read_standard_input(
        longest_order, Error{ErrorCode::payload_too_large, "the order of the bundle is too long"});
    if (!text) return say(text.error());
    auto order = bundle::read_order(*text);
    if (!order) return say(order.error());
    const auto summary = write_bundle(paths, words, std::move(*order));
    if (!summary) return say(summary.error());
    print_line(*summary);
    return 0;
}

int unbundle(const Paths& paths, const Words& words) {
    if (auto good = check_owner(paths); !good) return say(good.error());
    const auto opened = open_own_file(words.file(), O_RDONLY, 0, {Links::followed, Owner::anybody});
    if (!opened) return say(opened.error());
    if (const auto good = check_digest(opened->get(), words); !good) return say(good.error());
    auto images = own_engine_images();
    const auto arrived = bundle::install_bundle(opened->get(), paths.packages(), own_search_path(), images);
    if (!arrived) {
        Error error = arrived.error();
        error.message = words.typed_file() + ": " + error.message;
        return say(error);
    }
    print_line(summary_of(arrived->contents));
    const auto word =
        read_standard_input(longest_word, Error{ErrorCode::validation_error, "that is no word"});
    if (word && word->starts_with("keep")) return 0;
    bundle::take_back(*arrived);
    return 0;
}

}  // namespace mcpm::errands
