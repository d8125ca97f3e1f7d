// What goes on after its head was sent (streams, upgraded connections) ends with the token that asked for it.
#pragma once

#include "agent/access/token_book.hpp"
#include "agent/http/message.hpp"

#include <string_view>

namespace mcpm::door {

/// The response, its stream or upgrade cut when the principal's token is revoked or expires. As it is for
/// others than tokens, and for what is whole at once.
http::Response until_revoked(access::TokenBook& tokens, std::string_view principal, http::Response response);

}  // namespace mcpm::door
