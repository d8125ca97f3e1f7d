#include "agent/keeper/child_table.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <new>

namespace mcpm::keeper {

void close_descriptor(std::int32_t& descriptor) {
    if (descriptor >= 0) ::close(descriptor);
    descriptor = -1;
}

ChildTable::ChildTable() {
    void* const memory = ::mmap(nullptr, sizeof(Child) * child_limit, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    children_ = static_cast<Child*>(memory);
}

ChildTable::~ChildTable() {
    ::munmap(children_, sizeof(Child) * child_limit);
}

Child* ChildTable::free_place() {
    if (size_ == child_limit) return nullptr;
    if (size_ == used_) return new (children_ + used_++) Child;
    Child* place = children_;
    while (place->handle != 0) ++place;
    return place;
}

Child* ChildTable::add() {
    Child* const place = free_place();
    if (place == nullptr) return nullptr;
    *place = Child{};
    place->handle = ++last_handle_;
    ++size_;
    return place;
}

bool ChildTable::restore(const Child& child) {
    Child* const place = free_place();
    if (place == nullptr) return false;
    *place = child;
    ++size_;
    return true;
}

Child* ChildTable::find(std::uint64_t handle) {
    if (handle == 0) return nullptr;
    for (Child& child : *this) {
        if (child.handle == handle) return &child;
    }
    return nullptr;
}

Child* ChildTable::find_pid(int pid) {
    for (Child& child : *this) {
        if (child.handle != 0 && child.pid == pid) return &child;
    }
    return nullptr;
}

void ChildTable::remove(Child& child) {
    for (std::int32_t* descriptor :
         {&child.pidfd, &child.input, &child.output, &child.error_output, &child.record, &child.warden}) {
        close_descriptor(*descriptor);
    }
    child.handle = 0;
    --size_;
}

}  // namespace mcpm::keeper
