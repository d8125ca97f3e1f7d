#include "agent/keeper/spawn_block.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace mcpm::keeper {

namespace {

const std::vector<std::string> arguments{"server", "--root", ""};
const std::vector<std::string> environment{"PATH=/bin", "EMPTY="};
const std::vector<std::pair<int, std::uint64_t>> limits{{7, 1024}, {6, 1}};

std::string good_block() {
    return write_spawn_block({"/bin/server", arguments, environment, "/srv", limits, 4096});
}

/// Aligned as a mapping is; as long as the test's block, so that a sanitizer sees every byte read beyond it.
bool reads(const std::string& block, SpawnPlan& plan, std::vector<std::uint64_t>& memory) {
    memory.assign(block.size() / 8 + 1, 0);
    std::memcpy(memory.data(), block.data(), block.size());
    return read_spawn_block(memory.data(), block.size(), plan);
}

bool reads(const std::string& block) {
    SpawnPlan plan;
    std::vector<std::uint64_t> memory;
    return reads(block, plan, memory);
}

template <typename Field>
std::string with(std::string block, std::size_t offset, Field value) {
    std::memcpy(block.data() + offset, &value, sizeof value);
    return block;
}

}  // namespace

TEST_CASE("A spawn block is read back as it was written, without copying") {
    SpawnPlan plan;
    std::vector<std::uint64_t> memory;
    REQUIRE(reads(good_block(), plan, memory));
    CHECK(std::string(plan.program) == "/bin/server");
    CHECK(std::string(plan.cwd) == "/srv");
    CHECK(std::string(plan.arguments[1]) == "--root");
    CHECK(std::string(plan.arguments[2]).empty());
    CHECK(plan.arguments[3] == nullptr);
    CHECK(std::string(plan.environment[0]) == "PATH=/bin");
    CHECK(plan.environment[2] == nullptr);
    REQUIRE(plan.limit_count == 2);
    CHECK(plan.limits[0].resource == 7);
    CHECK(plan.limits[1].value == 1);
    CHECK(plan.pipe_bytes == 4096);
    CHECK(plan.program >= reinterpret_cast<const char*>(memory.data()));
}

TEST_CASE("A block without folder or environment is good, one without arguments is not") {
    const std::vector<std::string> none;
    const std::vector<std::pair<int, std::uint64_t>> no_limits;
    SpawnPlan plan;
    std::vector<std::uint64_t> memory;
    REQUIRE(reads(write_spawn_block({"/x", arguments, none, "", no_limits}), plan, memory));
    CHECK(plan.cwd == nullptr);
    CHECK(plan.environment[0] == nullptr);
    CHECK(!reads(write_spawn_block({"/x", none, none, "", no_limits})));
}

TEST_CASE("A block that is cut short, too long or not one at all is refused") {
    const std::string block = good_block();
    for (std::size_t size = 0; size < block.size(); ++size) CHECK(!reads(block.substr(0, size)));
    CHECK(!reads(block + '\0'));
    CHECK(!reads(std::string(block.size(), '\0')));
    CHECK(!reads(std::string(block.size(), '\xff')));
}

TEST_CASE("Counts and offsets that point outside the block are refused") {
    const std::string block = good_block();
    for (const std::size_t count :
         {offsetof(SpawnHeader, argument_count), offsetof(SpawnHeader, environment_count),
          offsetof(SpawnHeader, limit_count)}) {
        for (const std::uint32_t value : {100U, 0x7fffffffU, 0xffffffffU})
            CHECK(!reads(with(block, count, value)));
    }
    for (const std::size_t offset : {offsetof(SpawnHeader, program), offsetof(SpawnHeader, cwd)}) {
        for (const std::uint64_t value : {std::uint64_t{1}, std::uint64_t{block.size()}, ~std::uint64_t{0}}) {
            CHECK(!reads(with(block, offset, value)));
        }
    }
    const std::size_t first_slot = sizeof(SpawnHeader) + limits.size() * sizeof(SpawnLimit);
    for (const std::uint64_t value :
         {std::uint64_t{0}, std::uint64_t{8}, std::uint64_t{block.size()}, ~std::uint64_t{0}}) {
        CHECK(!reads(with(block, first_slot, value)));
    }
    const std::size_t last_slot = first_slot + arguments.size() * 8;
    CHECK(!reads(with(block, last_slot, std::uint64_t{block.size() - 1})));
    std::string unended = block;
    unended.back() = 'x';
    CHECK(!reads(unended));
}

TEST_CASE("Whatever bytes are turned, what is accepted stays inside the block") {
    std::mt19937 random(4711);
    const std::string block = good_block();
    for (int round = 0; round < 20000; ++round) {
        std::string turned = block;
        for (int count = 0; count < 3; ++count)
            turned[random() % turned.size()] = static_cast<char>(random());
        SpawnPlan plan;
        std::vector<std::uint64_t> memory;
        if (!reads(turned, plan, memory)) continue;
        const char* const start = reinterpret_cast<const char*>(memory.data());
        const char* const end = start + turned.size();
        const auto inside = [&](const char* text) {
            return text >= start && text < end && text + std::strlen(text) < end;
        };
        REQUIRE(inside(plan.program));
        REQUIRE((plan.cwd == nullptr || inside(plan.cwd)));
        for (char** one = plan.arguments; *one != nullptr; ++one) REQUIRE(inside(*one));
        for (char** one = plan.environment; *one != nullptr; ++one) REQUIRE(inside(*one));
        if (plan.limit_count > 0)
            REQUIRE(reinterpret_cast<const char*>(plan.limits + plan.limit_count) <= end);
    }
}

}  // namespace mcpm::keeper
