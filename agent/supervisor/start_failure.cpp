#include "agent/supervisor/start_failure.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace mcpm {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 11> passing{"EAGAIN",  "ENOMEM", "EMFILE",   "ENFILE",
                                                   "ETXTBSY", "EBUSY",  "EINTR",    "ENOSPC",
                                                   "EIO",     "ESTALE", "ETIMEDOUT"};

Json object_of(std::string_view text) {
    Json json = Json::parse(text, nullptr, false);
    return json.is_object() ? json : Json::object();
}

std::string text_member(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

StartFailure read_start_failure(std::string_view details) {
    const Json json = object_of(details);
    return {text_member(json, "stage"), text_member(json, "errno"), text_member(json, "problem"),
            text_member(json, "output")};
}

Input::Cure cure_of(const Error& error) {
    if (error.code == ErrorCode::unavailable || error.code == ErrorCode::timed_out ||
        error.code == ErrorCode::internal_error) {
        return Input::Cure::time;
    }
    const std::string number = read_start_failure(error.details).error_number;
    const bool passes = std::find(passing.begin(), passing.end(), number) != passing.end();
    return passes ? Input::Cure::time : Input::Cure::none;
}

std::string with_detail(std::string_view details, std::string_view name, std::string_view value) {
    Json json = object_of(details);
    json[std::string(name)] = value;
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mcpm
