#include "agent/engine/pull_progress.hpp"

#include "agent/engine/reading.hpp"
#include "agent/engine/refusal.hpp"
#include "common/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mcpm::engine {

namespace {

constexpr std::size_t most_layers = 1024;

std::string in_mebibytes(std::uint64_t bytes) {
    std::string text = fmt::format("{:.1f}", static_cast<double>(bytes) / (1024.0 * 1024.0));
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text + " MiB";
}

}  // namespace

std::optional<PullProgress> PullReader::feed(std::string_view bytes) {
    bool has_changed = false;
    lines_.take(bytes, [&](std::string_view line) {
        if (take_line(line)) has_changed = true;
    });
    if (!has_changed) return std::nullopt;
    PullProgress progress;
    progress.status = status_;
    progress.layers = static_cast<unsigned>(layers_.size());
    for (const auto& [id, layer] : layers_) {
        if (layer.is_complete) ++progress.layers_done;
        progress.bytes += layer.size;
        progress.bytes_done += layer.is_complete ? layer.size : std::min(layer.done, layer.size);
    }
    return progress;
}

bool PullReader::take_line(std::string_view line) {
    const Json json = parse_json(line);
    if (auto error = text_in(json, "error"); !error.empty()) {
        if (!failure_) failure_ = sanitized(error);
        return false;
    }
    const std::string status = text_in(json, "status");
    if (status.empty()) return false;
    const std::string id = text_in(json, "id");
    status_ = sanitized(status);
    const bool is_layer = !id.empty() && status.substr(0, 12) != "Pulling from";
    if (!is_layer) return true;
    if (!layers_.contains(id) && layers_.size() == most_layers) return true;
    Layer& layer = layers_[id];
    const Json& detail = member(json, "progressDetail");
    // While it is unpacked, the same numbers begin anew: only the way over the network counts.
    if (status == "Downloading") {
        layer.done = number_in<std::uint64_t>(detail, "current");
        layer.size = std::min<std::uint64_t>(number_in<std::uint64_t>(detail, "total"), 1ull << 50U);
    }
    layer.is_complete = layer.is_complete || status == "Pull complete" || status == "Already exists" ||
                        status == "Download complete";
    return true;
}

std::string pull_text(std::string_view reference, const PullProgress& progress) {
    std::string text = "pulling " + sanitized(reference);
    if (progress.layers > 0) text += fmt::format(": {} of {} layers", progress.layers_done, progress.layers);
    if (progress.bytes > 0)
        text += fmt::format(", {} of {}", in_mebibytes(progress.bytes_done), in_mebibytes(progress.bytes));
    return text;
}

PullTarget pull_target(std::string_view reference) {
    PullTarget target;
    const auto slash = reference.find('/');
    const auto host = reference.substr(0, slash);
    const bool names_registry = slash != std::string_view::npos &&
                                (host.find_first_of(".:") != std::string_view::npos || host == "localhost");
    target.registry = names_registry ? std::string(host) : "docker.io";
    target.name = reference;
    const auto at = reference.find('@');
    if (at != std::string_view::npos) {
        // A tag beside the digest says nothing more.
        const auto bare = reference.substr(0, at);
        const auto colon = bare.rfind(':');
        const auto last_slash = bare.rfind('/');
        if (colon != std::string_view::npos && (last_slash == std::string_view::npos || colon > last_slash))
            target.name = std::string(bare.substr(0, colon)) + std::string(reference.substr(at));
        return target;
    }
    const auto colon = reference.rfind(':');
    const auto last_slash = reference.rfind('/');
    if (colon != std::string_view::npos && (last_slash == std::string_view::npos || colon > last_slash)) {
        target.name = reference.substr(0, colon);
        target.tag = reference.substr(colon + 1);
    } else {
        target.tag = "latest";
    }
    return target;
}

std::string mirrored(std::string_view reference, std::string_view mirror) {
    constexpr std::string_view hub = "docker.io/";
    const auto registry = pull_target(reference).registry;
    if (mirror.empty() || reference.starts_with(sha256_mark) ||
        (registry != "docker.io" && registry != "index.docker.io"))
        return std::string(reference);
    auto rest = reference;
    for (const auto prefix : {std::string_view("index.docker.io/"), hub})
        if (rest.starts_with(prefix)) rest.remove_prefix(prefix.size());
    const std::string_view of_nobody = rest.find('/') == std::string_view::npos ? "library/" : "";
    return std::string(mirror) + "/" + std::string(of_nobody) + std::string(rest);
}

}  // namespace mcpm::engine
