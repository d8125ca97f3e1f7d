// What goes on after its head was sent (streams, upgraded connections) ends with the token or the session
// that asked for it.
#pragma once

#include "agent/access/sign_ins.hpp"
#include "agent/access/token_book.hpp"
#include "agent/http/message.hpp"

#include <functional>

namespace mcpm::door {

/// Completes when what the request was let in by is revoked, signed out or expires. Empty for those who need
/// neither token nor session. Both books outlive it.
std::function<Task<>()> end_of_credential(access::TokenBook& tokens, access::SignIns& sign_ins,
                                          const http::Request& request);

/// The response's stream or upgrade is cut at that end. What is whole at once stays as it is.
void end_with_credential(access::TokenBook& tokens, access::SignIns& sign_ins, const http::Request& request,
                         http::Response& response);

}  // namespace mcpm::door
