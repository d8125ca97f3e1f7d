#include "common/setup_sections.hpp"

#include "common/sha256.hpp"
#include "common/suggest.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <span>

namespace mcpm {

namespace {

constexpr std::size_t most_entries = 10000;

class Section {
  public:
    Section(SpecFile& file, std::string shown) : file_(file), shown_(std::move(shown)) {}

    void add(const YamlNode& at, const std::string& message) {
        if (file_.problems.size() < 1000) file_.problems.push_back({at.line, at.column, shown_ + message});
    }
    /// Each member of a map; a key that is none of `known` is a problem.
    void each(const YamlNode& key, const YamlNode& map, std::span<const std::string_view> known,
              const std::function<void(const YamlNode&, const YamlNode&)>& take) {
        if (map.kind == YamlNode::Kind::nothing) return;
        if (map.kind != YamlNode::Kind::map || map.members.size() > most_entries)
            return add(key, "expected a map");
        for (const auto& [name, value] : map.members) {
            const bool is_known =
                known.empty() || std::find(known.begin(), known.end(), name.text) != known.end();
            if (is_known)
                take(name, value);
            else
                add(name,
                    "unknown key " + yaml_scalar(name.text.substr(0, 64)) + did_you_mean(name.text, known));
        }
    }
    void text(const YamlNode& key, const YamlNode& value, std::string& out) {
        if (value.kind == YamlNode::Kind::scalar) out = value.text;
        if (value.kind == YamlNode::Kind::list || value.kind == YamlNode::Kind::map)
            add(key, key.text + ": expected text");
    }
    void list(const YamlNode& key, const YamlNode& value, std::vector<std::string>& out) {
        const bool is_list = value.kind == YamlNode::Kind::list &&
                             std::all_of(value.items.begin(), value.items.end(), [](const YamlNode& item) {
                                 return item.kind == YamlNode::Kind::scalar;
                             });
        if (!is_list) return add(key, key.text + ": expected a list of patterns");
        for (const YamlNode& item : value.items) out.push_back(item.text);
    }

  private:
    SpecFile& file_;
    std::string shown_;
};

void read_profile(const YamlNode& name, const YamlNode& fields, SpecFile& file) {
    constexpr std::array<std::string_view, 3> known{"description", "instructions", "servers"};
    constexpr std::array<std::string_view, 2> of_server{"allow", "deny"};
    Section section(file, "profile " + yaml_scalar(name.text.substr(0, 64)) + ": ");
    Profile profile;
    profile.name = name.text;
    section.each(name, fields, known, [&](const YamlNode& key, const YamlNode& value) {
        if (key.text == "description") return section.text(key, value, profile.description);
        if (key.text == "instructions") return section.text(key, value, profile.instructions);
        section.each(key, value, {}, [&](const YamlNode& server, const YamlNode& rules) {
            ProfileServer one{server.text};
            section.each(server, rules, of_server, [&](const YamlNode& rule, const YamlNode& patterns) {
                section.list(rule, patterns, rule.text == "allow" ? one.allow : one.deny);
            });
            profile.servers.push_back(std::move(one));
        });
    });
    if (const auto good = validate(profile); !good) section.add(name, good.error().message);
    file.profiles.push_back(std::move(profile));
}

std::string list_text(const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items) out += (out.empty() ? "" : ", ") + yaml_scalar(item);
    return "[" + out + "]";
}

}  // namespace

void read_profiles(const YamlNode& key, const YamlNode& profiles, SpecFile& file) {
    Section(file, "profiles: ").each(key, profiles, {}, [&](const YamlNode& name, const YamlNode& fields) {
        read_profile(name, fields, file);
    });
}

void read_approvals(const YamlNode& key, const YamlNode& approvals, SpecFile& file) {
    Section section(file, "approvals: ");
    section.each(key, approvals, {}, [&](const YamlNode& server, const YamlNode& tools) {
        ApprovedTools approved{server.text, {}};
        section.each(server, tools, {}, [&](const YamlNode& tool, const YamlNode& digest) {
            if (!is_sha256_digest(digest.text))
                section.add(tool, yaml_scalar(tool.text.substr(0, 64)) +
                                      ": expected sha256: and 64 hexadecimal digits");
            approved.tools[tool.text] = digest.text;
        });
        file.approvals.push_back(std::move(approved));
    });
}

std::string write_profiles(const std::vector<Profile>& profiles) {
    if (profiles.empty()) return {};
    std::string out = "profiles:\n";
    for (const Profile& profile : profiles) {
        out += "  " + yaml_scalar(profile.name) + ":\n";
        if (!profile.description.empty())
            out += "    description: " + yaml_scalar(profile.description) + "\n";
        if (!profile.instructions.empty())
            out += "    instructions: " + yaml_scalar(profile.instructions) + "\n";
        out += profile.servers.empty() ? "    servers: {}\n" : "    servers:\n";
        for (const ProfileServer& one : profile.servers) {
            const bool has_rules = !one.allow.empty() || !one.deny.empty();
            out += "      " + yaml_scalar(one.server) + (has_rules ? ":\n" : ": {}\n");
            if (!one.allow.empty()) out += "        allow: " + list_text(one.allow) + "\n";
            if (!one.deny.empty()) out += "        deny: " + list_text(one.deny) + "\n";
        }
    }
    return out;
}

std::string write_approvals(const std::vector<ApprovedTools>& approvals) {
    if (approvals.empty()) return {};
    std::string out = "approvals:\n";
    for (const ApprovedTools& one : approvals) {
        out += "  " + yaml_scalar(one.server) + (one.tools.empty() ? ": {}\n" : ":\n");
        for (const auto& [tool, digest] : one.tools)
            out += "    " + yaml_scalar(tool) + ": " + yaml_scalar(digest) + "\n";
    }
    return out;
}

}  // namespace mcpm
