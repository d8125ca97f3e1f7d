// bundle, and `install --bundle`: servers with all they need in one file, for a machine without a network.
// mcpmd carries packages and images; the definitions are asked from the agent here, and defined there.
#include "cli/commands/bundle.hpp"

#include "cli/apply_plan.hpp"
#include "cli/bundle_program.hpp"
#include "cli/commands/all.hpp"
#include "cli/json_access.hpp"
#include "cli/own_fields.hpp"
#include "cli/progress.hpp"
#include "cli/risk_words.hpp"
#include "cli/selection.hpp"
#include "cli/server_names.hpp"
#include "cli/server_view.hpp"
#include "cli/snapshot.hpp"
#include "cli/spec_diff.hpp"
#include "common/fields/bundle_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/setup_json.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace mcpm::cli::commands {

namespace {

namespace fs = std::filesystem;
namespace field = fields::bundle;

/// What is gathered for mcpmd.
struct Order {
    SpecFile setup;
    Json missing = Json::array(), packages = Json::array(), images = Json::array();
};

void leave_out(Order& order, const std::string& server, const std::string& what) {
    order.missing.push_back(server + ": " + what);
}

/// Secrets are named, and values that the agent hides are left out.
Result<> drop_secret_values(ServerSpec& spec, Order& order) {
    for (const auto& [variable, secret] : spec.secrets)
        leave_out(order, spec.name, "the secret " + secret + ": mcpm secret set " + secret);
    std::erase_if(spec.environment, [&](const auto& entry) {
        if (entry.second != masked) return false;
        leave_out(order, spec.name, entry.first + ": mcpm update " + spec.name + " -e " + entry.first + "=…");
        return true;
    });
    const auto hidden = masked_values(wire::from_spec(spec));
    if (hidden.empty()) return {};
    return Error{
        ErrorCode::validation_error,
        "server '" + spec.name + "' cannot be put into a bundle: " + hidden.front() + " is a secret value",
        {},
        "a bundle carries no secrets: put it into the vault and name it (mcpm secret set, --secret)"};
}

Result<> take_package(const std::string& name, PackageSource& source, Order& order) {
    if (!source.pin)
        return Error{ErrorCode::wrong_state, "the package of '" + name + "' is not installed here"};
    const fs::path folder(source.pin->folder);
    const std::string place =
        (folder.parent_path().parent_path().filename() / folder.parent_path().filename() / folder.filename())
            .string();
    Json package{{field::place, place}, {field::files, source.pin->files}};
    if (std::find(order.packages.begin(), order.packages.end(), package) == order.packages.end())
        order.packages.push_back(std::move(package));
    // Exactly what runs here: the other machine asks no registry.
    source.version = source.pin->version;
    const bool is_file =
        source.registry == PackageRegistry::mcpb || source.registry == PackageRegistry::binary;
    if (is_file) source.digest = source.pin->integrity;
    return {};
}

Result<> take_image(const std::string& name, const ImageSource& source, Order& order) {
    if (source.image.find('@') != std::string::npos)
        return Error{
            ErrorCode::validation_error,
            "the image of '" + name + "' is named by its digest, which an archive of images cannot carry",
            {},
            "name it by a tag: mcpm update " + name + " --image NAME:TAG"};
    Json image{{field::reference, source.image}, {field::id, source.pin ? source.pin->id : ""}};
    if (std::find(order.images.begin(), order.images.end(), image) == order.images.end())
        order.images.push_back(std::move(image));
    return {};
}

Result<> take_server(const Json& server, Order& order) {
    auto view = wire::to_view(server);
    if (!view) return view.error();
    ServerSpec& spec = view->spec;
    if (auto dropped = drop_secret_values(spec, order); !dropped) return dropped;
    Result<> taken;
    if (auto* package = std::get_if<PackageSource>(&spec.source))
        taken = take_package(spec.name, *package, order);
    else if (const auto* image = std::get_if<ImageSource>(&spec.source))
        taken = take_image(spec.name, *image, order);
    else if (const auto* command = std::get_if<CommandSource>(&spec.source))
        leave_out(order, spec.name, "its program, " + command->program + ", is expected on that machine");
    if (!taken) return taken;
    settle_pin(nullptr, spec);
    order.setup.servers.push_back(std::move(spec));
    return {};
}

Json order_json(const Order& order) {
    return Json{{field::setup, setup_as_json(order.setup)},
                {field::missing, order.missing},
                {field::packages, order.packages},
                {field::images, order.images}};
}

/// Each server with what it runs, for programs and for people.
Json servers_in(const SpecFile& setup) {
    Json servers = Json::array();
    for (const ServerSpec& spec : setup.servers)
        servers.push_back(
            Json{{own::name, spec.name}, {own::source, source_in_words(wire::from_spec(spec))}});
    return servers;
}

void say_servers(Output& out, const Json& servers) {
    for (const Json& server : servers) {
        const std::string change = text(server, own::change);
        out.note((change.empty() ? "in it: " : change + ": ") + text(server, own::name) + ", " +
                 text(server, own::source));
    }
}

void say_missing(Output& out, const Json& summary) {
    for (const Json& one : member(summary, field::missing))
        if (one.is_string()) out.note("not in it: " + harmless(one.get<std::string>()));
}

/// Takes the servers that were created away again, unless it is said that all went well.
class NewServers {
  public:
    explicit NewServers(AgentClient& agent) : agent_(agent) {}
    ~NewServers() {
        for (auto name = names_.rbegin(); name != names_.rend(); ++name) (void)agent_.remove(*name);
    }
    NewServers(const NewServers&) = delete;
    NewServers& operator=(const NewServers&) = delete;
    void add(const std::string& name) { names_.push_back(name); }
    void keep() { names_.clear(); }

  private:
    AgentClient& agent_;
    std::vector<std::string> names_;
};

Result<std::vector<Change>> plan_of(AgentClient& agent, const SpecFile& setup, bool replace) {
    const auto servers = agent.servers();
    if (!servers) return servers.error();
    auto changes = plan_servers(setup.servers, *servers, Prune::no);
    if (!changes) return changes;
    for (const Change& change : *changes) {
        if (change.kind != Change::Kind::update || replace) continue;
        return Error{ErrorCode::conflict,
                     "a server '" + change.name + "' is here already, and is defined otherwise",
                     {},
                     "--replace takes the bundle's definition"};
    }
    return changes;
}

Result<> define(AgentClient& agent, const std::vector<Change>& changes) {
    NewServers fresh(agent);
    for (const Change& change : changes) {
        Result<Json> done = ok(nullptr);
        if (change.kind == Change::Kind::create) done = agent.create(change.body);
        if (change.kind == Change::Kind::update) done = agent.patch(change.name, change.body);
        if (!done) return done.error();
        if (change.kind == Change::Kind::create) fresh.add(change.name);
    }
    fresh.keep();
    return {};
}

/// Each, whatever becomes of the others; the first that does not start is the answer.
Result<> start_all(AgentClient& agent, const std::vector<Change>& changes) {
    Result<> outcome;
    for (const Change& change : changes)
        if (const auto started = agent.act(change.name, "start"); !started && outcome)
            outcome = started.error();
    return outcome;
}

}  // namespace

Outcome bundle(Invocation& call) {
    std::vector<std::string> names;
    std::string file;
    bool force = false;
    call.options.positionals("NAME…", names, "the servers", Completes::servers, true);
    call.options.value("-f,--file", "FILE", file, "where to");
    call.options.completes(Completes::files);
    call.options.flag("--force", force, "replace the file when it is there");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (file.empty())
        return Error{ErrorCode::validation_error,
                     "-f FILE is missing",
                     {},
                     "example: mcpm bundle files -f files.mcpm"};
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto chosen = server_names(*agent, names);
    if (!chosen) return chosen.error();
    Order order;
    for (const std::string& name : *chosen) {
        const auto server = agent->server(name);
        if (!server) return with_suggestion(server.error(), *agent, name);
        if (const auto taken = take_server(*server, order); !taken) return taken.error();
    }
    call.out.flush();
    auto program = BundleProgram::start(
        {"__bundle", file.starts_with('/') ? file : "./" + file, force ? "--force" : ""});
    if (!program) return program.error();
    (void)program->tell(wire::to_text(order_json(order)));
    program->end_input();
    auto summary = [&] {
        const Progress progress(call.out, "writing " + file);
        return program->read_line();
    }();
    const int status = program->wait();
    if (!summary) return summary.error();
    if (status != 0 || !summary->is_object()) return static_cast<ExitStatus>(status == 0 ? 1 : status);
    const Json servers = servers_in(order.setup);
    Json data{{own::file, file}, {own::servers, servers}};
    data.update(*summary);
    data[field::packages] = order.packages;
    data[field::images] = order.images;
    if (print_for_programs(call.out, data, call.format)) return ExitStatus::done;
    call.out.write_foreign(text(*summary, field::digest) + "\n");
    say_servers(call.out, servers);
    say_missing(call.out, *summary);
    if (call.out.error_is_terminal())
        call.out.note(
            "on the other machine: mcpm install --bundle FILE (--digest compares what was printed)");
    return ExitStatus::done;
}

Outcome install_from_bundle(Invocation& call, const BundleInstall& words) {
    auto agent = call.agent();
    if (!agent) return agent.error();
    call.out.flush();
    auto program = BundleProgram::start(
        {"__unbundle", words.file.starts_with('/') ? words.file : "./" + words.file, words.digest});
    if (!program) return program.error();
    const auto arrived = [&] {
        const Progress progress(call.out, "reading " + words.file);
        return program->read_line();
    }();
    if (!arrived) return arrived.error();
    if (!arrived->is_object()) {
        const int status = program->wait();
        return static_cast<ExitStatus>(status == 0 ? 1 : status);
    }
    const SpecFile setup = read_spec_file(wire::to_text(member(*arrived, field::setup)));
    if (!setup.problems.empty()) return problems_error(words.file, setup.problems);
    const auto changes = plan_of(*agent, setup, words.replace);
    if (!changes) return changes.error();
    for (const ServerSpec& spec : setup.servers) say_risks(call.out, spec);
    const auto defined = [&] {
        const Progress progress(call.out, "defining what is in " + words.file);
        return define(*agent, *changes);
    }();
    if (!defined) return defined.error();
    if (auto kept = program->tell("keep\n"); !kept) return kept.error();
    program->wait();
    const auto started = words.start ? start_all(*agent, *changes) : Result<>();
    Json servers = servers_in(setup);
    for (Json& server : servers) {
        const auto change = std::find_if(changes->begin(), changes->end(), [&](const Change& one) {
            return one.name == text(server, own::name);
        });
        if (change != changes->end()) server[own::change] = word(change->kind);
    }
    if (!print_for_programs(call.out, servers, call.format)) {
        for (const Change& change : *changes) call.out.write_foreign(change.name + "\n");
        say_servers(call.out, servers);
        say_missing(call.out, *arrived);
    }
    if (!started) return started.error();
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
