// up, down: exactly the servers of the project's .mcp.json run for it, and are gone again.
#include "cli/clients/project.hpp"

#include "cli/command_words.hpp"
#include "cli/commands/all.hpp"
#include "cli/confirm.hpp"
#include "cli/own_fields.hpp"
#include "cli/progress.hpp"
#include "cli/risk_words.hpp"
#include "cli/server_view.hpp"
#include "cli/spec_diff.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/server_fields.hpp"

#include <algorithm>
#include <system_error>

namespace mcpm::cli::commands {

namespace {

using State = ImportItem::State;

struct ProjectWords {
    std::string file;
    bool dry = false;
    bool yes = false;
};

Result<ProjectFile> project_here(const ProjectWords& words) {
    const TypedIn here = typed_in_here();
    std::error_code failure;
    if (!words.file.empty()) return read_project_file(std::filesystem::absolute(words.file, failure));
    const auto file = find_project_file(here.folder, here.home);
    if (file) return read_project_file(*file);
    return Error{ErrorCode::not_found,
                 "no .mcp.json and no mcpm.yaml in " + here.folder + " or above it",
                 {},
                 "`mcpm client connect claude-code --project` begins one; docs/clients.md has the form"};
}

Json item_as_data(const ImportItem& item, const char* change) {
    return Json{{fields::server::name, item.name.empty() ? item.found.name : item.name},
                {"change", change},
                {"runs", run_in_words(item.found.definition)},
                {"why", item.why}};
}

/// What the file would have run, before a person said yes to it.
void show(Invocation& call, const ProjectFile& project, const std::vector<ImportItem>& items,
          const std::vector<std::string>& gone) {
    call.out.write(harmless(project.file) + "\n");
    for (const ImportItem& item : items) {
        if (item.state == State::left_out) {
            call.out.write("  " + harmless(item.found.name + "  left out: " + item.why) + "\n    at " +
                           harmless(project.file) + ":" + std::to_string(item.place.line) + ":" +
                           std::to_string(item.place.column) + "\n");
            continue;
        }
        call.out.write("  " + harmless(item.name + "  runs " + run_in_words(item.definition)) + "\n");
        const std::string folder = text(member(item.definition, fields::server::config), fields::config::cwd);
        if (!folder.empty()) call.out.write("    in " + harmless(folder) + "\n");
        if (const auto spec = wire::to_spec(item.definition)) say_risks(call.out, *spec);
    }
    for (const std::string& name : gone)
        call.out.write("  " + harmless(name) + "  is no longer in the file, and is removed\n");
    call.out.flush();
}

/// One that is empty is good: what ran for it goes. One of which nothing can be run changes nothing.
Result<> check_any(const ProjectFile& project, const std::vector<ImportItem>& items) {
    std::string problems;
    for (const ImportItem& item : items) {
        if (item.state != State::left_out) return {};
        problems += (problems.empty() ? "" : "\n") + project.file + ":" + std::to_string(item.place.line) +
                    ":" + std::to_string(item.place.column) + ": " + item.found.name +
                    " is left out: " + item.why;
    }
    if (problems.empty()) return {};
    return Error{ErrorCode::validation_error, problems, {}, "correct it there, then `mcpm up` again"};
}

/// Whether a person has agreed to exactly this file before.
bool is_agreed(const Json& existing, const ProjectFile& project) {
    return std::any_of(existing.begin(), existing.end(), [&](const Json& server) {
        const Json& labels = member(member(server, fields::server::config), fields::config::labels);
        return text(labels, project_label) == project.folder && text(labels, digest_label) == project.digest;
    });
}

Result<> define(AgentClient& agent, const ImportItem& item, const Json& existing) {
    for (const auto& [name, value] : item.secrets) {
        if (value.empty()) continue;
        if (const auto stored = agent.set_secret(name, value); !stored) return stored.error();
    }
    const auto there = std::find_if(existing.begin(), existing.end(), [&](const Json& server) {
        return text(server, fields::server::name) == item.name;
    });
    if (there == existing.end()) {
        const auto made = agent.create(item.definition);
        return made ? Result<>() : Result<>(made.error());
    }
    const auto spec = wire::to_spec(item.definition);
    if (!spec) return spec.error();
    const auto current = definition_of(*there);
    if (!current) return current.error();
    const Json patch = merge_patch(*current, wire::from_spec(*spec));
    if (patch.empty()) return {};
    const auto patched = agent.patch(item.name, patch);
    if (!patched) return patched.error();
    const bool runs = status_of(*there) != ShownStatus::stopped;
    const bool only_labels = patch.size() == 1 && member(patch, fields::server::config).size() == 1 &&
                             member(patch, fields::server::config).contains(fields::config::labels);
    if (!runs || only_labels) return {};
    const auto stopped = agent.act(item.name, "stop");
    return stopped ? Result<>() : Result<>(stopped.error());
}

/// A server of the project goes, with what of the vault was made for it.
Result<> remove_server(AgentClient& agent, const std::string& name) {
    const auto server = agent.server(name);
    if (!server) return server.error();
    const Json secrets = member(member(*server, fields::server::config), fields::config::secrets);
    if (const auto removed = agent.remove(name); !removed) return removed.error();
    for (const auto& [variable, secret] : secrets.items()) {
        // Secrets of the project alone; one that another server uses stays by itself.
        if (secret.is_string() &&
            secret.get_ref<const std::string&>().starts_with(name.substr(0, name.find('.')) + "."))
            (void)agent.remove_secret(secret.get<std::string>(), false);
    }
    return {};
}

class Carrying {
  public:
    Carrying(Invocation& call, AgentClient& agent) : call_(call), agent_(agent) {}

    template <typename Action>
    void each(const std::string& name, const std::string& doing, const char* done, Action action) {
        const auto did = [&]() -> Result<> {
            const Progress progress(call_.out, doing + " " + name);
            return action();
        }();
        if (did) {
            data_.push_back(Json{{fields::server::name, name}, {own::change, done}});
            return;
        }
        Error error = did.error();
        error.message = name + ": " + error.message;
        call_.out.error(error);
        if (status_ == ExitStatus::done) status_ = exit_status(error.code);
    }

    /// What runs under its name stays as it is.
    void leave_out(const ImportItem& item, const std::string& file) {
        call_.out.error(Error{ErrorCode::validation_error,
                              file + ":" + std::to_string(item.place.line) + ":" +
                                  std::to_string(item.place.column) + ": " + item.found.name +
                                  " is left out: " + item.why,
                              {},
                              "correct it there, then `mcpm up` again"});
        if (status_ == ExitStatus::done) status_ = exit_status(ErrorCode::validation_error);
    }

    ExitStatus finish() {
        if (!print_for_programs(call_.out, data_, call_.format)) {
            for (const Json& one : data_)
                call_.out.write_foreign(text(one, own::name) + " " + text(one, own::change) + "\n");
        }
        return status_;
    }

    AgentClient& agent() { return agent_; }

  private:
    Invocation& call_;
    AgentClient& agent_;
    Json data_ = Json::array();
    ExitStatus status_ = ExitStatus::done;
};

Outcome bring_up(Invocation& call, const ProjectWords& words) {
    const auto project = project_here(words);
    if (!project) return project.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto existing = agent->servers();
    if (!existing) return existing.error();
    const auto items = project_items(*project, *existing);
    if (!items) return items.error();
    if (const auto some = check_any(*project, *items); !some) return some.error();
    std::vector<std::string> gone = project_servers(*existing, project->folder);
    for (const ImportItem& item : *items) std::erase(gone, item.name);
    const bool asks = !words.yes && !is_agreed(*existing, *project);
    if (words.dry || asks) {
        Json data = Json::array();
        for (const ImportItem& item : *items)
            data.push_back(item_as_data(item, item.state == State::left_out ? "left out" : "up"));
        if (!words.dry || !print_for_programs(call.out, data, call.format))
            show(call, *project, *items, gone);
    }
    if (words.dry) return ExitStatus::done;
    if (asks) {
        if (const auto agreed = confirm(call.out, "run these servers?", "--yes"); !agreed)
            return agreed.error();
    }
    Carrying carrying(call, *agent);
    for (const std::string& name : gone)
        carrying.each(name, "removing", "removed", [&] { return remove_server(*agent, name); });
    for (const ImportItem& item : *items) {
        if (item.state == State::left_out) {
            carrying.leave_out(item, project->file);
            continue;
        }
        carrying.each(item.name, "starting", "up", [&]() -> Result<> {
            if (auto defined = define(*agent, item, *existing); !defined) return defined;
            if (member(member(item.definition, fields::server::config), fields::config::enabled) == false)
                return {};
            const auto started = agent->act(item.name, "start");
            return started ? Result<>() : Result<>(started.error());
        });
    }
    return carrying.finish();
}

/// The nearest folder from here upwards that servers are up for, also when its file is gone.
std::string folder_that_is_up(const Json& existing, std::filesystem::path folder) {
    for (;; folder = folder.parent_path()) {
        if (!project_servers(existing, folder.string()).empty()) return folder.string();
        if (!folder.has_relative_path()) return {};
    }
}

}  // namespace

Outcome up(Invocation& call) {
    ProjectWords words;
    call.options.value("-f,--file", "FILE", words.file,
                       "another file than the nearest .mcp.json or mcpm.yaml");
    call.options.completes(Completes::files);
    call.options.flag("--dry-run", words.dry, "only show what would run");
    call.options.flag("-y,--yes", words.yes, "do not ask before a file's servers run for the first time");
    call.format.declare_with_names(call.options);
    if (!call.parse()) return call.outcome();
    return bring_up(call, words);
}

Outcome down(Invocation& call) {
    std::string file;
    call.options.value("-f,--file", "FILE", file, "the servers of this file's folder");
    call.options.completes(Completes::files);
    call.format.declare_with_names(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto existing = agent->servers();
    if (!existing) return existing.error();
    std::error_code failure;
    const std::filesystem::path from =
        file.empty() ? std::filesystem::path(typed_in_here().folder)
                     : std::filesystem::absolute(file, failure).lexically_normal().parent_path();
    const std::string folder = folder_that_is_up(*existing, from);
    if (folder.empty())
        return Error{ErrorCode::not_found,
                     "no servers are up for " + from.string() + " or a folder above it"};
    Carrying carrying(call, *agent);
    for (const std::string& name : project_servers(*existing, folder))
        carrying.each(name, "removing", "removed", [&] { return remove_server(*agent, name); });
    return carrying.finish();
}

}  // namespace mcpm::cli::commands
