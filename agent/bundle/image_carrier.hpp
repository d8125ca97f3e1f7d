// Images, into a bundle and out of one, by the container engine of this machine. Blocks until it is done: for
// programs that do nothing else.
#pragma once

#include "agent/engine/engine.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace mcpm::bundle {

class ImageCarrier {
  public:
    explicit ImageCarrier(engine::Context context) : loop_(1), engine_(loop_, std::move(context)) {}

    Result<engine::ImageInfo> inspect(const std::string& reference);
    Result<> save(const std::string& reference, std::function<Result<>(std::string_view)> take);
    Result<> load(http::FilePart archive);

  private:
    Loop loop_;
    engine::Engine engine_;
};

}  // namespace mcpm::bundle
