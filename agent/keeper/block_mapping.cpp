#include "agent/keeper/block_mapping.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mcpm::keeper {

BlockMapping::BlockMapping(int memfd) {
    constexpr int wanted = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
    struct stat status {};
    if (memfd >= 0 && (::fcntl(memfd, F_GET_SEALS) & wanted) == wanted && ::fstat(memfd, &status) == 0 &&
        status.st_size > 0 && static_cast<std::size_t>(status.st_size) <= spawn_block_limit) {
        const auto size = static_cast<std::size_t>(status.st_size);
        void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, memfd, 0);
        if (memory != MAP_FAILED) {
            memory_ = memory;
            size_ = size;
        }
    }
    if (memfd >= 0) ::close(memfd);
}

BlockMapping::~BlockMapping() {
    if (memory_ != nullptr) ::munmap(memory_, size_);
}

bool BlockMapping::read(SpawnPlan& plan) {
    return memory_ != nullptr && read_spawn_block(memory_, size_, plan);
}

}  // namespace mcpm::keeper
