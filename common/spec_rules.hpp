// Every rule a server's definition must keep, as pure code: what is wrong, by the wire's field names. Used by
// validate(), the reader of the wire and the reader of spec files, so that all three say the same.
#pragma once

#include "common/field_problem.hpp"
#include "common/server_spec.hpp"

#include <string_view>
#include <vector>

namespace mcpm {

/// All of them; empty = good.
std::vector<FieldProblem> find_problems(const ServerSpec& spec);

/// Collects problems under a field's path.
class SpecRules {
  public:
    void require(bool holds, std::string_view field, std::string_view expected);
    /// Valid UTF-8 without NUL, at most `longest` bytes.
    void require_text(std::string_view text, std::string_view field, std::size_t longest);
    void require_count(std::size_t count, std::string_view field, std::size_t most);
    void require_between(Duration value, std::string_view field, Duration least, Duration most);

    std::vector<FieldProblem> take() { return std::move(problems_); }

  private:
    std::vector<FieldProblem> problems_;
};

/// The part for `command`, `npm`, `pypi`, `image` and `url` (source_rules.cpp).
void check_source(const ServerSpec& spec, SpecRules& rules);

/// The part for `config.container` and what goes with it (container_rules.cpp).
void check_container(const ServerSpec& spec, SpecRules& rules);

/// http or https, a host, no user information, no white space.
bool is_plain_url(std::string_view url);
/// "host:port" with a port of 1 to 65535.
bool is_host_and_port(std::string_view text);
/// 1 to 65535, in digits.
bool is_port(std::string_view text);

}  // namespace mcpm
