// An Engine on a loop of its own, talking to the real one; removes every container of this test at the end.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/with_deadline.hpp"
#include "agent/engine/engine.hpp"
#include "tests/support/real_engine.hpp"
#include "tests/support/run_to_end.hpp"

#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>

namespace mcpm::test {

inline engine::Context own_context() {
    engine::Context context;
    for (const char* name : {"DOCKER_HOST", "DOCKER_CONFIG", "XDG_RUNTIME_DIR", "HOME"})
        if (const char* value = std::getenv(name)) context.environment[name] = value;
    return context;
}

/// The condition is looked at on the loop, so that no notice falls between a look and a wait.
inline Task<> until(Notifier& changed, std::function<bool()> condition) {
    while (!condition()) co_await changed.wait();
}

struct EngineHouse {
    EngineHouse() : engine(loop, own_context()) {}
    ~EngineHouse() {
        const auto rows = run(engine.list("mcpm.test", mark));
        if (rows)
            for (const auto& row : *rows) (void)run(engine.remove(row.id));
    }
    EngineHouse(const EngineHouse&) = delete;
    EngineHouse& operator=(const EngineHouse&) = delete;

    template <typename T>
    T run(Task<T> task) {
        return run_to_end(loop, std::move(task));
    }

    engine::ContainerPlan plan(const std::string& image) const {
        engine::ContainerPlan made;
        made.image = image;
        made.labels["mcpm.test"] = mark;
        made.network = "none";
        return made;
    }

    /// Its id.
    std::string created(const engine::ContainerPlan& made) {
        const auto container = run(engine.create(made));
        REQUIRE_MESSAGE(container.has_value(), container.error().message);
        return container->id;
    }

    Loop loop;
    engine::Engine engine;
    static inline unsigned houses = 0;
    std::string mark = "test-" + std::to_string(::getpid()) + "-" + std::to_string(++houses);
};

/// All of one stream up to `wanted`, or to the end.
inline Task<Result<std::string>> read_until(engine::FrameStream* stream, engine::Stream which,
                                            std::string wanted) {
    std::string all;
    while (wanted.empty() || all.find(wanted) == std::string::npos) {
        const auto piece = co_await stream->read();
        if (!piece) co_return piece.error();
        if (!*piece) break;
        if ((*piece)->stream == which) all.append((*piece)->bytes);
    }
    co_return all;
}

}  // namespace mcpm::test
