// Many servers' tools and prompts under one naming: PREFIX__NAME, the prefix from the server's configured
// name, only letters, digits, '_' and '-', at most 60 characters, the same in every run. Names that would be
// cut, altered or equal get a hash as suffix, so each leads back to exactly one server and name. Pure.
#pragma once

#include "agent/gateway/client.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::gateway {

inline constexpr std::size_t name_limit = 60;

/// What one member offers: JSON arrays, as it sent them.
struct Member {
    TargetPtr target;
    std::string_view tools, prompts, resources, resource_templates;
};

class Catalog {
  public:
    struct Place {
        TargetPtr target;
        std::string name;  // the server's own
    };
    struct Entry {
        std::string server_id;
        std::string text;  // JSON object with the shown name or URI
    };

    Catalog() = default;
    Catalog(const std::vector<Member>& members, std::string digest);

    const std::string& digest() const { return digest_; }
    const Place* tool(const std::string& shown) const { return find(tools_, shown); }
    const Place* prompt(const std::string& shown) const { return find(prompts_, shown); }
    /// Whose a URI is: its mark says so (shown_uris.hpp), or of an app's (ui:) the server in front
    /// (ui_uris.hpp), which need not list it.
    std::optional<Place> resource(const std::string& uri) const;
    /// What stands before a server's URIs here.
    std::string mark(const std::string& server_id) const;
    /// What stands in front of a server's names.
    std::string prefix(const std::string& server_id) const;
    /// A tool that is not listed (any more, yet): by its prefix alone.
    const TargetPtr* by_prefix(const std::string& shown, std::string& name) const;

    /// Entries of "tools/list", "prompts/list", "resources/list" or "resources/templates/list".
    const std::vector<Entry>& list(std::string_view method) const;
    bool is_empty() const { return members_ == 0; }

  private:
    using Places = std::map<std::string, Place>;
    static const Place* find(const Places& places, const std::string& shown);
    void add_named(const TargetPtr& target, std::string_view array, Places& places,
                   std::vector<Entry>& entries, bool has_rules);
    void add_resources(const TargetPtr& target, std::string_view array, std::string_view member,
                       std::vector<Entry>& entries);

    std::string digest_;
    std::size_t members_ = 0;
    std::map<std::string, TargetPtr> prefixes_;
    std::map<std::string, std::string> prefix_of_;  // server id -> prefix
    Places tools_, prompts_;
    std::map<std::string, TargetPtr, std::less<>> marks_, apps_;  // by mark, and by prefix
    std::vector<Entry> tool_list_, prompt_list_, resource_list_, template_list_;
};

/// Only what every model API accepts in a name.
std::string plain_name(std::string_view name);
/// Eight hexadecimal digits (FNV-1a), the same everywhere.
std::string short_hash(std::string_view text);

}  // namespace mcpm::gateway
