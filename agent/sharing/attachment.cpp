#include "agent/sharing/attachment.hpp"

#include <fmt/format.h>

#include <utility>

namespace mcpm {

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
