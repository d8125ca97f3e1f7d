// The fields of a definition that only a container has.
#include "common/fields/config_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/wire_fields.hpp"

namespace mcpm::wire {

namespace {

constexpr std::array image_pin_fields{
    field<&ImagePin::id>(fields::server::id),
    field<&ImagePin::digest>(fields::server::digest),
    field<&ImagePin::resolved_at>(fields::server::resolved_at),
};

constexpr std::array container_fields{
    field<&ContainerOptions::network>(fields::config::network),
    field<&ContainerOptions::user>(fields::config::user),
    field<&ContainerOptions::read_only>(fields::config::read_only),
    field<&ContainerOptions::capabilities>(fields::config::cap_add),
    field<&ContainerOptions::pull>(fields::config::pull),
    field<&ContainerOptions::platform>(fields::config::platform),
    field<&ContainerOptions::entrypoint>(fields::config::entrypoint),
    field<&ContainerOptions::secrets_as_environment>(fields::config::secrets_as_environment),
    field<&ContainerOptions::path>(fields::config::path),
};

}  // namespace

void read_value(Reader& reader, const std::string& path, const Json& json, ImagePin& out) {
    read_object(reader, path, json, out, image_pin_fields);
}
void read_value(Reader& reader, const std::string& path, const Json& json, ContainerOptions& out) {
    read_object(reader, path, json, out, container_fields);
}

Json schema_of(Kind<ContainerOptions>) {
    return object_schema(container_fields);
}

Json write_value(const ContainerOptions& value) {
    return write_object(value, container_fields);
}
Json write_value(const ImagePin& value) {
    return write_object(value, image_pin_fields);
}

}  // namespace mcpm::wire
