// The room templates: templates read, checked and filled in. It may include common alone. It never defines or
// starts a server.
//
// All templates: those that are built in, and a user's own in a folder (a file of the same id takes the place
// of a built-in one). Read afresh when asked, so that a changed file counts without a restart; nothing is
// kept while nobody asks. Reads files: not for the loop thread.
#pragma once

#include "agent/templates/template.hpp"
#include "common/error.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::templates {

/// The built-in documents, generated from the project's folder templates/.
std::span<const std::string_view> built_in();

enum class Origin { built_in, custom };

struct Listed {
    Template content;
    Origin origin = Origin::built_in;
};

/// A file that is no template: it is left out, and said.
struct Unreadable {
    std::string file;
    std::string problem;  // the first, with line and column
};

struct Catalogue {
    std::vector<Listed> templates;  // by category, then name
    std::vector<Unreadable> unreadable;
};

/// At most 1,000 files of `custom` (which need not exist), each at most 256 KiB; other files than *.yaml and
/// *.yml are passed over.
Catalogue read_catalogue(const std::filesystem::path& custom);

/// template_not_found, with a suggestion.
Result<Listed> find_template(const Catalogue& catalogue, const std::string& id);

/// The templates that fit all words of `query` (id, name, description, tags, package) and the category, best
/// first.
std::vector<const Listed*> search(const Catalogue& catalogue, std::string_view query,
                                  std::string_view category);

}  // namespace mcpm::templates
