// The tables of the names that enumerations of definitions and of status have on the wire.
#pragma once

#include "common/named_values.hpp"
#include "common/server_spec.hpp"
#include "common/server_status.hpp"

#include <array>

namespace mcpm {

template <>
struct EnumNames<ServerType> {
    static constexpr std::array<NamedValue<ServerType>, 3> all{{{ServerType::process, "process"},
                                                                {ServerType::container, "container"},
                                                                {ServerType::remote, "remote"}}};
};
template <>
struct EnumNames<Transport> {
    static constexpr std::array<NamedValue<Transport>, 4> all{{{Transport::stdio, "stdio"},
                                                               {Transport::http, "http"},
                                                               {Transport::sse, "sse"},
                                                               {Transport::none, "none"}}};
};
template <>
struct EnumNames<Sharing> {
    static constexpr std::array<NamedValue<Sharing>, 4> all{{{Sharing::automatic, "auto"},
                                                             {Sharing::shared, "shared"},
                                                             {Sharing::per_client, "per-client"},
                                                             {Sharing::per_call, "per-call"}}};
};
template <>
struct EnumNames<RestartMode> {
    static constexpr std::array<NamedValue<RestartMode>, 3> all{{{RestartMode::always, "always"},
                                                                 {RestartMode::on_failure, "on-failure"},
                                                                 {RestartMode::never, "never"}}};
};
template <>
struct EnumNames<HealthKind> {
    static constexpr std::array<NamedValue<HealthKind>, 7> all{{{HealthKind::automatic, "auto"},
                                                                {HealthKind::none, "none"},
                                                                {HealthKind::http, "http"},
                                                                {HealthKind::tcp, "tcp"},
                                                                {HealthKind::command, "command"},
                                                                {HealthKind::process, "process"},
                                                                {HealthKind::mcp, "mcp"}}};
};
template <>
struct EnumNames<DependencyCondition> {
    static constexpr std::array<NamedValue<DependencyCondition>, 2> all{
        {{DependencyCondition::started, "started"}, {DependencyCondition::healthy, "healthy"}}};
};
template <>
struct EnumNames<PackageRegistry> {
    static constexpr std::array<NamedValue<PackageRegistry>, 6> all{{{PackageRegistry::npm, "npm"},
                                                                     {PackageRegistry::pypi, "pypi"},
                                                                     {PackageRegistry::go, "go"},
                                                                     {PackageRegistry::cargo, "cargo"},
                                                                     {PackageRegistry::mcpb, "mcpb"},
                                                                     {PackageRegistry::binary, "binary"}}};
};
template <>
struct EnumNames<PullPolicy> {
    static constexpr std::array<NamedValue<PullPolicy>, 3> all{
        {{PullPolicy::missing, "missing"}, {PullPolicy::always, "always"}, {PullPolicy::never, "never"}}};
};
template <>
struct EnumNames<ApiUse> {
    static constexpr std::array<NamedValue<ApiUse>, 2> all{
        {{ApiUse::refuse, "refuse"}, {ApiUse::allow, "allow"}}};
};
template <>
struct EnumNames<ShownStatus> {
    static constexpr std::array<NamedValue<ShownStatus>, 6> all{{{ShownStatus::stopped, "stopped"},
                                                                 {ShownStatus::starting, "starting"},
                                                                 {ShownStatus::running, "running"},
                                                                 {ShownStatus::stopping, "stopping"},
                                                                 {ShownStatus::error, "error"},
                                                                 {ShownStatus::unknown, "unknown"}}};
};
template <>
struct EnumNames<Desired> {
    static constexpr std::array<NamedValue<Desired>, 2> all{
        {{Desired::down, "stopped"}, {Desired::up, "started"}}};
};
template <>
struct EnumNames<Health> {
    static constexpr std::array<NamedValue<Health>, 3> all{
        {{Health::unknown, "unknown"}, {Health::healthy, "healthy"}, {Health::unhealthy, "unhealthy"}}};
};

}  // namespace mcpm
