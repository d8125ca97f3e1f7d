// The options of `add` and `update` -> the JSON of docs/api.md: only what was given, so that the same JSON is
// a definition for POST and a merge patch for PATCH. What needs no agent to be refused is refused here.
#pragma once

#include "cli/json_access.hpp"
#include "cli/options.hpp"
#include "common/paths.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mcpm::cli {

enum class DefinitionFor { add, update };

class Definition {
  public:
    void declare(Options& options, DefinitionFor purpose);

    /// `current` is the server as it is (null for a new one): its kind of source decides what `-- ARGS`
    /// means. Reads env files and the environment; validation_error names the option.
    Result<Json> to_json(const Json& current, const Environment& environment) const;

  private:
    void declare_source(Options& options, DefinitionFor purpose);
    void declare_environment(Options& options, DefinitionFor purpose);
    void declare_health_and_restarts(Options& options, DefinitionFor purpose);
    void declare_mcp(Options& options);
    void declare_limits_and_labels(Options& options);
    void declare_container(Options& options, DefinitionFor purpose);

    Result<> add_source(Json& out, const Json& current) const;
    bool says_python() const { return python_ || !with_.empty(); }
    void add_python(Json& package) const;
    Result<> add_headers(Json& out, const Json& current) const;
    Result<> add_environment(Json& config, const Environment& environment) const;
    Result<> add_limits(Json& config) const;
    Result<> add_container(Json& config) const;
    Result<> add_process(Json& config) const;
    Result<> add_maps(Json& config) const;

    std::optional<std::string> npm_, pypi_, go_, cargo_, binary_, digest_, image_, url_, program_, api_;
    std::vector<std::string> environment_, environment_files_, unset_environment_, secrets_, unset_secrets_;
    std::vector<std::string> volumes_, ports_, labels_, unset_labels_, depends_on_;
    std::vector<std::string> headers_, unset_headers_, renamed_tools_, watch_;
    std::optional<std::string> cwd_, transport_, sharing_, restart_, stop_timeout_, start_timeout_,
        idle_timeout_;
    std::optional<std::string> health_, health_match_, health_interval_, health_timeout_;
    std::optional<std::string> memory_, cpus_, pids_, open_files_;
    std::optional<std::string> network_, user_, pull_, platform_, entrypoint_, path_;
    std::vector<std::string> capabilities_;
    bool read_only_ = false;
    bool writable_ = false;
    bool secrets_as_environment_ = false;
    bool secrets_as_files_ = false;
    bool lazy_ = false;
    bool eager_ = false;
    bool allow_scripts_ = false;
    bool no_scripts_ = false;
    bool no_watch_ = false;
    std::optional<std::string> python_;
    std::vector<std::string> with_;
    std::vector<std::string> words_;
};

/// "@scope/name@1.2" -> package and version.
Json package_source(std::string_view text);
/// "http://…", "tcp://host:port", "command:prog arg", "process", "mcp", "none".
Result<Json> health_check(const std::string& text);
/// "on-failure", "on-failure:5".
Result<Json> restart_policy(const std::string& text);
/// "db" or "db:healthy".
Json dependency(const std::string& text);

}  // namespace mcpm::cli
