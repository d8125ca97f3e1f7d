// The fields of a definition that only a container has.
#include "common/wire_fields.hpp"

namespace mcpm::wire {

namespace {

constexpr std::array image_pin_fields{
    field<&ImagePin::id>("id"),
    field<&ImagePin::digest>("digest"),
    field<&ImagePin::resolved_at>("resolvedAt"),
};

constexpr std::array container_fields{
    field<&ContainerOptions::network>("network"),
    field<&ContainerOptions::user>("user"),
    field<&ContainerOptions::read_only>("readOnly"),
    field<&ContainerOptions::capabilities>("capAdd"),
    field<&ContainerOptions::pull>("pull"),
    field<&ContainerOptions::platform>("platform"),
    field<&ContainerOptions::entrypoint>("entrypoint"),
    field<&ContainerOptions::secrets_as_environment>("secretsAsEnvironment"),
    field<&ContainerOptions::path>("path"),
};

}  // namespace

void read_value(Reader& reader, const std::string& path, const Json& json, ImagePin& out) {
    read_object(reader, path, json, out, image_pin_fields);
}
void read_value(Reader& reader, const std::string& path, const Json& json, ContainerOptions& out) {
    read_object(reader, path, json, out, container_fields);
}

Json write_value(const ContainerOptions& value) {
    return write_object(value, container_fields);
}
Json write_value(const ImagePin& value) {
    return write_object(value, image_pin_fields);
}

}  // namespace mcpm::wire
