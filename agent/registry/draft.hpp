// The definition of a foreign entry under construction: values to ask for become parameters, by name. Pure.
// Internal to the room.
#pragma once

#include "agent/registry/entry.hpp"
#include "common/server_json.hpp"

#include <string>
#include <string_view>

namespace mcpm::registry {

/// "API_KEY", "--api-key" -> "api-key"; at most 64; "value" when nothing of it is left.
std::string parameter_name(std::string_view text);

using server_json::is_said;
using server_json::part_of;
using server_json::text_of;

YamlNode scalar(std::string text);

/// At most 64 parameters; what is over is a problem of the entry.
class Draft {
  public:
    explicit Draft(Entry& entry) : entry_(entry), server_(entry.content.server) {
        server_.kind = YamlNode::Kind::map;
    }

    /// The parameter's name: another one when that is taken.
    std::string ask(templates::Parameter parameter);

    /// server.PATH.KEY = text
    void set(std::initializer_list<std::string_view> path, const std::string& key, std::string text);
    /// The list or map at that path, made when it is not there.
    YamlNode& at(std::initializer_list<std::string_view> path, YamlNode::Kind kind);
    void add_item(std::initializer_list<std::string_view> path, std::vector<std::string> group);

    /// The first one counts. `at`: the field of the document.
    void problem(std::string why, std::string at = {});
    void made_of(std::string field) { entry_.source_at = std::move(field); }
    void note(std::string text) { entry_.notes.push_back(std::move(text)); }

  private:
    Entry& entry_;
    YamlNode& server_;
};

}  // namespace mcpm::registry
