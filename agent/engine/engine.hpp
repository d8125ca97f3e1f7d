// The room engine. It may include async and http. It never knows a server.
//
// A container engine, Docker's or Podman's, through its HTTP API
// (https://docs.docker.com/reference/api/engine/, 1.41 on). Says what can be said to it and nothing of
// servers. Owned by the root; costs nothing until the first call: no connection, no thread, no timer.
//
// Every call finds the engine by itself (common/engine_address.hpp) and agrees on a version when it has not
// yet. Failures are `unavailable` when there is no engine or it does not answer (with what was tried, and a
// hint), `not_found` for a container or image it does not know, `conflict` for a name or port that is taken.
// What the engine said is quoted, without control characters and cut at 500 bytes. A call ends when its task
// is cancelled. It never retries, and never touches a container but by the id it is given.
#pragma once

#include "agent/async/task.hpp"
#include "agent/async/task_group.hpp"
#include "agent/engine/context.hpp"
#include "agent/engine/event_watch.hpp"
#include "agent/engine/frame_stream.hpp"
#include "agent/engine/plan.hpp"
#include "agent/engine/types.hpp"
#include "agent/http/client.hpp"
#include "common/engine_address.hpp"
#include "common/error.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::engine {

class Engine {
  public:
    Engine(Loop& loop, Context context);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Finds an engine and agrees on a version, or looks again whether the known one still answers.
    Task<Result<EngineInfo>> connect();
    /// As of the last connect(); nothing before it, and after the engine was lost.
    const std::optional<EngineInfo>& info() const { return info_; }
    /// Answers within two seconds?
    Task<Result<>> ping();

    /// Does not pull: not_found when the image is not there (see resolve_image). conflict: the name is taken.
    Task<Result<Created>> create(ContainerPlan plan);
    Task<Result<>> start(std::string id);
    /// stdin, stdout and stderr from now on; attach a created container before its start and nothing is
    /// missed. The container's input stays open when the stream ends (ContainerPlan::has_open_input).
    Task<Result<std::unique_ptr<FrameStream>>> attach(std::string id);
    /// Unpacks a tar into a folder of a container, which need not run. not_found: there is no such folder.
    Task<Result<>> write_archive(std::string id, std::string folder, std::string tar);
    /// A file or folder of a container as a tar, at most 16 MiB. not_found.
    Task<Result<std::string>> read_archive(std::string id, std::string path);
    /// "TERM", "KILL", … wrong_state when it does not run.
    Task<Result<>> signal(std::string id, std::string name);
    Task<Result<ContainerState>> inspect(std::string id);
    /// Kills it if it still runs; takes its anonymous volumes along. Fine when it is gone already; does not
    /// return before the engine says it is.
    Task<Result<>> remove(std::string id);
    /// Containers with the label (`value` empty: whatever its value), in every phase, newest first.
    Task<Result<std::vector<ContainerRow>>> list(std::string label, std::string value);
    /// Whoever's they are: those that publish this port of the machine.
    Task<Result<std::vector<ContainerRow>>> list_publishing(std::uint16_t port);
    /// What the engine kept of its output. The stream ends with the last line, or with the container when
    /// following.
    Task<Result<std::unique_ptr<FrameStream>>> logs(std::string id, LogReading reading);
    Task<Result<Usage>> usage(std::string id);

    Task<Result<ImageInfo>> inspect_image(std::string reference);
    /// What its registry has under that name now ("sha256:…"), asked by the engine with the user's
    /// credentials; nothing is pulled. Podman cannot (not_found).
    Task<Result<std::string>> registry_digest(std::string reference);
    /// Credentials come from the user's docker configuration. An empty `platform`: the engine's own.
    Task<Result<>> pull(std::string reference, std::string platform, OnProgress progress);
    /// The image as an archive (docker save), in pieces that `take` may refuse.
    Task<Result<>> save(std::string reference, std::function<Result<>(std::string_view)> take);
    /// Such an archive, as a part of a file that is read on the loop thread: for programs that do nothing
    /// else.
    Task<Result<>> load(http::FilePart archive);
    /// Another name for an image that is there.
    Task<Result<>> tag(std::string image, std::string name);
    /// The image, pulled when the policy says so.
    Task<Result<ImageInfo>> resolve_image(std::string reference, std::string platform, PullPolicy policy,
                                          OnProgress progress);

    /// Events of containers with that label, from before this returns until the watch is destroyed; tells
    /// when the engine is lost and back (agent/engine/event_watch.hpp). Have one only while something of ours
    /// runs: it pings.
    std::unique_ptr<EventWatch> watch(std::string label, std::string value, WatchHooks hooks);

  private:
    friend struct EventWatch::State;
    struct Asked {
        std::string method, path;  // without the version
        std::string body = {};
        std::string content_type = "application/json";  // of the body
        Duration limit{10'000};
        std::string attempted = {};  // "start container 0123abcd"
        http::ClientHeaders headers = {};
        std::string upgrade = {};
        http::FilePart file = {};  // behind the body
    };

    /// The body of a good answer.
    Task<Result<std::string>> ask(Asked asked);
    Task<Result<std::unique_ptr<http::ClientStream>>> ask_stream(Asked asked);
    /// The header's value; empty without credentials.
    Task<Result<std::string>> auth_for(std::string registry);
    Task<Result<EngineInfo>> find();
    Task<Result<EngineInfo>> greet(EngineAddress found);

    Loop& loop_;
    Context context_;
    std::optional<EngineInfo> info_;
    http::ClientAddress address_;
};

/// The value of `filters` for one label, encoded.
std::string label_filter(std::string_view label, std::string_view value);

}  // namespace mcpm::engine
