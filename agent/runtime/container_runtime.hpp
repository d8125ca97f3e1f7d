// Runs servers as containers of an engine (agent/engine). A container lives on without the agent; what is
// needed to take it over is a record per run in a folder of ours, and the engine's own log. Only containers
// that carry this data folder's label are ever touched, and by their id. Owned by the root; costs nothing
// until the first container.
#pragma once

#include "agent/async/offload.hpp"
#include "agent/engine/engine.hpp"
#include "agent/runtime/container_launch.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace mcpm {

struct ContainerSettings {
    std::string owner_id;           // in our label: tells our containers from those of another data folder
    std::filesystem::path records;  // of runs; made when it is needed
    /// The image a server's definition named was resolved: it stays that one.
    std::function<void(const std::string& server_id, const std::string& image, const ImagePin& pin)> pinned =
        {};
    /// The engine cannot be asked about this run any more, and why; empty when it can again.
    std::function<void(const std::string& server_id, std::uint64_t run, const std::string& why)>
        out_of_touch = {};
    /// What a start waits for, for people; empty when it does not any more.
    std::function<void(const std::string& server_id, const std::string& text)> progress = {};
    /// Something to be noted in the log of a run, at this place of it.
    std::function<void(const std::string& server_id, std::uint64_t run, InstanceKind kind,
                       const std::string& text)>
        note = {};
    TaskGroup::Report report = {};
};

class ContainerRuntime final : public Runtime {
  public:
    ContainerRuntime(Loop& loop, Workers& workers, engine::Engine& engine, ContainerSettings settings);
    ~ContainerRuntime() override;

    /// Details {"stage"}: "engine" (none answers), "image", "port" (taken), "platform" (of the image),
    /// "container"; with "errno" EAGAIN what time may heal.
    Task<Result<std::unique_ptr<Instance>>> launch(LaunchPlan plan) override;
    /// Asks no engine when there never was a container. Without an engine, every run that there is a record
    /// of is taken for running until the engine is back and tells what became of it.
    Task<Result<Adopted>> adopt() override;
    Shortcomings shortcomings(const ServerSpec& spec) const override;

    /// Nothing is heard of containers any more; they live on.
    Task<> close();

  private:
    struct Shared;
    class ContainerInstance;

    using Launched = Result<std::unique_ptr<Instance>>;
    static Task<Result<engine::ImageInfo>> resolve(std::shared_ptr<Shared> shared,
                                                   const std::string& server_id, const ImageChoice& image,
                                                   std::string platform);
    static Task<Result<std::string>> create(std::shared_ptr<Shared> shared, const LaunchPlan& plan,
                                            std::string image_id);
    /// "; container web publishes port 8080"; empty when nobody can be seen.
    static Task<std::string> holder_of(std::shared_ptr<Shared> shared, std::uint16_t port);
    static Task<Result<>> start(std::shared_ptr<Shared> shared, std::shared_ptr<struct ContainerRun> run,
                                std::string user, std::vector<engine::SecretFile> secrets);

    std::shared_ptr<Shared> shared_;
};

}  // namespace mcpm
