// edit and export: servers as YAML.
#include "cli/commands/all.hpp"
#include "cli/environment.hpp"
#include "cli/risk_words.hpp"
#include "cli/selection.hpp"
#include "cli/snapshot.hpp"
#include "cli/spec_diff.hpp"
#include "common/own_file.hpp"
#include "common/spec_file.hpp"
#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t largest_file = 4 * 1024 * 1024;

Result<ServerSpec> spec_of(const Json& server) {
    auto view = wire::to_view(server);
    if (!view) return view.error();
    if (auto* package = std::get_if<PackageSource>(&view->spec.source)) package->pin.reset();
    return std::move(view->spec);
}

// A file only its owner reads, gone when this ends.
class ScratchFile {
  public:
    ScratchFile() {
        const char* const folder = std::getenv("TMPDIR");
        if (folder != nullptr && *folder != '\0') make_in(folder);
        if (!made_) make_in("/tmp");  // TMPDIR may name a folder that is gone
    }
    ~ScratchFile() {
        if (made_) ::unlink(path_.c_str());
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    const std::string& path() const { return path_; }

    Result<> write(std::string_view text) const {
        if (!made_) return system_error("create " + path_, why_not_);
        // By name: an editor may have put another file in its place.
        const auto file = open_own_file(path_, O_WRONLY | O_TRUNC, 0, {Links::refused, Owner::us});
        if (!file) return file.error();
        if (::write(file->get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
            return system_error("write " + path_, errno);
        return {};
    }

  private:
    void make_in(const char* folder) {
        path_ = std::string(folder) + "/mcpm-edit-XXXXXX.yaml";
        made_ = UniqueFd(::mkostemps(path_.data(), 5, O_CLOEXEC));
        if (!made_) why_not_ = errno;
    }

    int why_not_ = 0;
    std::string path_;
    UniqueFd made_;
};

// The variable may hold a program and arguments, so a shell splits it; the file's name stays one word.
Result<> run_editor(const std::string& file) {
    const char* editor = std::getenv("VISUAL");
    if (editor == nullptr || *editor == '\0') editor = std::getenv("EDITOR");
    const std::string command = std::string(editor == nullptr || *editor == '\0' ? "vi" : editor) + " \"$1\"";
    const pid_t child = ::fork();
    if (child < 0) return system_error("start the editor", errno);
    if (child == 0) {
        std::signal(SIGPIPE, SIG_DFL);
        ::execl("/bin/sh", "sh", "-c", command.c_str(), "sh", file.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
    const auto before = std::signal(SIGINT, SIG_IGN);  // the editor's, while it runs
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    std::signal(SIGINT, before);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    return Error{ErrorCode::cancelled,
                 "the editor failed; nothing was changed",
                 {},
                 "set VISUAL or EDITOR to another one"};
}

std::string with_problems(const std::string& text, const Error& error) {
    std::string out = "# " + error.message + "\n";
    for (std::size_t at = out.find('\n'); at + 1 < out.size(); at = out.find('\n', at + 1))
        out.insert(at + 1, "# ");
    return out + "# Save it without a change to give up.\n" + text;
}

Result<Json> edited_definition(const std::string& text) {
    SpecFile file = read_spec_file(text);
    if (!file.problems.empty()) return problems_error("edited", file.problems);
    if (file.servers.size() != 1) return Error{ErrorCode::validation_error, "exactly one server is expected"};
    return ok(wire::from_spec(file.servers[0]));
}

std::string without_comments_on_top(std::string text) {
    while (text.starts_with('#') && !text.starts_with(servers_schema_line))
        text.erase(0, std::min(text.find('\n'), text.size() - 1) + 1);
    return text;
}

}  // namespace

Outcome edit(Invocation& call) {
    std::string name;
    call.options.positional("NAME", name, "the server", Completes::servers);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto server = agent->server(name);
    if (!server) return with_suggestion(server.error(), *agent, name);
    const auto spec = spec_of(*server);
    if (!spec) return spec.error();
    const Json current = wire::from_spec(*spec);
    const ScratchFile scratch;
    std::string shown = write_spec_file({*spec});
    while (true) {
        if (const auto written = scratch.write(shown); !written) return written.error();
        if (const auto ran = run_editor(scratch.path()); !ran) return ran.error();
        const auto edited = read_input(scratch.path(), largest_file);
        if (!edited) return edited.error();
        if (*edited == shown) {
            call.out.note("no change");
            (void)print_for_programs(call.out, *server, call.format);
            return ExitStatus::done;
        }
        const auto wanted = edited_definition(*edited);
        const auto saved = [&]() -> Result<Json> {
            if (!wanted) return wanted.error();
            const Json patch = merge_patch(current, *wanted);
            if (const auto after = wire::merge_spec(*spec, patch)) say_risks(call.out, *after, &*spec);
            return patch.empty() ? ok(nullptr) : agent->patch(name, patch);
        }();
        if (saved) {
            if (saved->is_null()) call.out.note("no change");
            (void)print_for_programs(call.out, saved->is_null() ? *server : *saved, call.format);
            return ExitStatus::done;
        }
        if (saved.error().code != ErrorCode::validation_error) return saved.error();
        shown = with_problems(without_comments_on_top(*edited), saved.error());
    }
}

}  // namespace mcpm::cli::commands
