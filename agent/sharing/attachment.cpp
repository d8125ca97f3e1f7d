#include "agent/sharing/attachment.hpp"

#include "common/url.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <variant>

namespace mcpm {

RemotePlace place_of(const ServerSpec& spec) {
    const auto* const source = std::get_if<UrlSource>(&spec.source);
    if (source == nullptr) return {};
    const auto url = split_url(source->url);
    if (!url) return {};
    const auto place = split_authority(url->authority);
    constexpr std::uint16_t plain = 80;
    constexpr std::uint16_t secure = 443;
    return {std::string(without_brackets(place.host)),
            parse_port(place.port).value_or(url->scheme == "https" ? secure : plain)};
}

std::optional<mcp::Attachment> attachment_of(const std::string& server_id, const ServerSpec& spec,
                                             Instance& instance, bool resumed, Remotes& remotes) {
    // Of the instance, not of the spec: that may have been changed since the launch.
    const RemoteTarget* const endpoint = instance.endpoint();
    if (endpoint == nullptr && spec.transport != Transport::stdio) return std::nullopt;
    mcp::Attachment attachment;
    attachment.server_id = server_id;
    attachment.server_name = spec.name;
    attachment.run = instance.run();
    attachment.resumed = resumed && endpoint == nullptr;  // over HTTP a new session is as good
    attachment.start_timeout = spec.start_timeout;
    auto place = place_of(spec);
    attachment.host = std::move(place.host);
    attachment.port = place.port;
    if (endpoint != nullptr) {
        remotes.introduce(*endpoint, attachment);
        return attachment;
    }
    attachment.input = std::move(instance.pipes().input);
    attachment.output = std::move(instance.pipes().output);
    attachment.facts = &instance.facts();
    return attachment;
}

Error session_end(const Exit& exit, std::string_view whom) {
    const std::string how = exit.signal ? fmt::format("was ended by signal {}", *exit.signal)
                            : exit.code ? fmt::format("exited with code {}", *exit.code)
                                        : "is not connected";
    return {ErrorCode::wrong_state, fmt::format("{} {}", whom, how), {}, "mcpm why NAME says more"};
}

}  // namespace mcpm
