// One entry of a configuration file, put in, changed or taken out in place: every byte that is not of the
// entry stays, with its comments, order, indent and line ends. What was edited is read again, and is refused
// when anything but the entry would say something else. Pure.
#pragma once

#include "cli/clients/document.hpp"
#include "cli/json_access.hpp"

namespace mcpm::cli {

/// by_key: a member of a map; by_name: an item of a list whose "name" it is.
enum class Keyed { by_key, by_name };

struct EntryPlace {
    std::vector<std::string> path;  // of the map or list that holds the entries
    std::string name;
    Keyed keyed = Keyed::by_key;
};

/// The entry, or null.
const DocumentNode* find_entry(const DocumentNode& root, const EntryPlace& place);
/// The names of all entries, in the order of the file.
std::vector<std::string> entry_names(const DocumentNode& root, const EntryPlace& place);

/// `entry` is an object. One that is there keeps what it has beyond it, but for the members in `drop`; when
/// nothing is left to change, the text itself. validation_error: not of the format; conflict: something else
/// stands where entries belong, or the place is written so that it cannot be edited safely.
Result<std::string> with_entry(DocumentFormat format, std::string_view text, const EntryPlace& place,
                               const Json& entry, const std::vector<std::string>& drop = {});

/// The text itself when there is no such entry.
Result<std::string> without_entry(DocumentFormat format, std::string_view text, const EntryPlace& place);

/// A value of a file; YAML's true, false and whole numbers as such.
Json to_json(const DocumentNode& node, DocumentFormat format);
/// Whether the node says exactly this.
bool says(const DocumentNode& node, const Json& value);

// Of each format. `existing` may be null.
Result<std::string> put_jsonc(std::string_view text, const DocumentNode& root, const EntryPlace& place,
                              const Json& entry, const std::vector<std::string>& drop);
Result<std::string> take_jsonc(std::string_view text, const DocumentNode& root, const EntryPlace& place);
Result<std::string> put_yaml(std::string_view text, const EntryPlace& place, const Json& merged);
Result<std::string> take_yaml(std::string_view text, const EntryPlace& place);
Result<std::string> put_toml(std::string_view text, const EntryPlace& place, const Json& merged);
Result<std::string> take_toml(std::string_view text, const EntryPlace& place);

/// "\r\n" where the text has it, else "\n".
std::string_view line_end_of(std::string_view text);
/// Where the line begins that `at` is in.
std::size_t line_begin(std::string_view text, std::size_t at);
/// Behind the newline of the line that `at` is in, or the end.
std::size_t line_behind(std::string_view text, std::size_t at);

}  // namespace mcpm::cli
