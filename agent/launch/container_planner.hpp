// Part of the root: what a definition says of a container -> what the engine is told. Pure.
#pragma once

#include "agent/runtime/container_launch.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <map>
#include <string>

namespace mcpm {

/// Without secrets. The spec has an image and is valid.
ContainerLaunch plan_container(const ServerSpec& spec);

/// `secrets`: variable -> value, of every secret that the spec names. As files, and VARIABLE_FILE says where
/// one is; as variables where the spec asks for that.
void give_secrets(const ServerSpec& spec, const std::map<std::string, std::string>& secrets,
                  engine::ContainerPlan& container);

/// "SOURCE:/TARGET[:ro|rw]" of a valid definition.
engine::Mount mount_of(std::string_view text);
/// "[[ADDRESS:]HOST:]PORT[/tcp|/udp]" of a valid definition; on 127.0.0.1 unless an address is given.
engine::PublishedPort published_port(std::string_view text);

}  // namespace mcpm
