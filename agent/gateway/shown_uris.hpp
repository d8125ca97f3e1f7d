// URIs of many servers as one: mcpm+SERVER:URI, so that no server can name another's resource, by chance or
// on purpose. A single server's are its own. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mcpm::gateway {

/// "mcpm+SERVER:" of a server's prefix (letters, digits, '_', '-'), different for different ones. A scheme is
/// the same in any case and has no '_' (RFC 3986, 3.1): 'A' becomes ".a", '_' becomes '+'.
std::string uri_mark(std::string_view prefix);

/// The mark of a URI that has one; empty of others.
std::string_view mark_of(std::string_view uri);

/// A result with `mark` before each URI that a client may come back with: `contents`, links and embedded
/// resources in `content` and in `messages`. Apps (ui:) name theirs by other members, and keep them.
std::string with_marked_uris(std::string result, std::string_view mark);

}  // namespace mcpm::gateway
