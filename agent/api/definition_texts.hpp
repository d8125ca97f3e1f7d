// What lists say of each definition, as text: written when a definition is listed for the first time, and not
// again as long as it stays the same. Loop thread.
#pragma once

#include "common/server_status.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

namespace mcpm::api {

class DefinitionTexts {
  public:
    /// wire::definition_members of it; valid until the next call.
    const std::string& of(const ServerOutline& server);
    /// So many servers there are now; when more are kept here, those that are gone are dropped.
    void expect(std::size_t servers);

  private:
    struct Text {
        std::shared_ptr<const ServerSpec> spec;  // held, so that no other is at its place
        std::string members;
    };
    std::unordered_map<std::string, Text> texts_;  // by the server's id
};

}  // namespace mcpm::api
