#include "agent/bundle/image_carrier.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace mcpm::bundle {

namespace {

template <typename T>
Result<T> run_alone(Loop& loop, Task<Result<T>> task) {
    std::optional<Result<T>> result;
    asio::co_spawn(loop.get_executor(), std::move(task),
                   [&](const std::exception_ptr& thrown, Result<T> found) {
                       if (thrown) std::rethrow_exception(thrown);
                       result = std::move(found);
                   });
    loop.restart();
    while (!result && loop.run_one() != 0) {
    }
    if (result) return std::move(*result);
    return Error{ErrorCode::internal_error, "the container engine was asked and did not answer"};
}

}  // namespace

Result<engine::ImageInfo> ImageCarrier::inspect(const std::string& reference) {
    return run_alone(loop_, engine_.inspect_image(reference));
}

Result<> ImageCarrier::save(const std::string& reference, std::function<Result<>(std::string_view)> take) {
    return run_alone(loop_, engine_.save(reference, std::move(take)));
}

Result<> ImageCarrier::load(http::FilePart archive) {
    return run_alone(loop_, engine_.load(archive));
}

}  // namespace mcpm::bundle
