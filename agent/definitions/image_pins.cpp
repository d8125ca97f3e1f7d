#include "agent/definitions/image_pins.hpp"

#include <utility>
#include <variant>

namespace mcpm {

void ImagePins::pin(const std::string& server_id, const std::string& image, const ImagePin& pin) {
    const auto server = supervisor_.find(server_id);
    if (!server) return;
    ServerSpec spec = server->spec;
    auto* const source = std::get_if<ImageSource>(&spec.source);
    if (source == nullptr || source->image != image) return;
    source->pin = pin;
    tasks_.spawn("pin an image", save(server_id, std::move(spec)));
}

Task<> ImagePins::save(std::string server_id, ServerSpec spec) {
    const auto saved = co_await supervisor_.update(std::move(server_id), std::move(spec), "agent");
    if (!saved) log_.warning(saved.error().message);
}

}  // namespace mcpm
