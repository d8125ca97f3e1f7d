#include "common/wire_schema.hpp"

#include <utility>

namespace mcpm::wire {

Json schema_of(Kind<std::string>) {
    return Json{{"type", Json::array({"string", "number", "boolean"})}};
}
Json schema_of(Kind<bool>) {
    return Json{{"type", "boolean"}};
}
Json schema_of(Kind<double>) {
    return Json{{"type", "number"}, {"minimum", 0}};
}
Json schema_of(Kind<Duration>) {
    return Json{{"type", "string"}, {"pattern", R"(^([0-9]+(\.[0-9]+)?(ms|s|m|h|d|w))+$)"}};
}
Json schema_of(Kind<std::vector<std::string>>) {
    return Json{{"type", "array"}, {"items", schema_of(Kind<std::string>{})}};
}
Json schema_of(Kind<std::map<std::string, std::string>>) {
    return Json{{"type", "object"}, {"additionalProperties", schema_of(Kind<std::string>{})}};
}
Json whole_number_schema() {
    return Json{{"type", "integer"}, {"minimum", 0}};
}
Json names_schema(std::vector<std::string> names) {
    return Json{{"enum", std::move(names)}};
}

}  // namespace mcpm::wire
