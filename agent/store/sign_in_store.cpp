#include "agent/store/sign_in_store.hpp"

#include "agent/store/connection.hpp"
#include "agent/store/rows.hpp"
#include "agent/store/store_calls.hpp"

#include <functional>
#include <optional>
#include <utility>

namespace mcpm {

namespace store {

std::vector<StoredSignIn> load_sign_ins(Connection& connection) {
    std::vector<StoredSignIn> all;
    auto row = connection.prepare(
        "SELECT id, who, token, digest, began_at, expires_at, not_after FROM sign_ins ORDER BY began_at");
    while (row.step()) {
        all.push_back(StoredSignIn{row.text(0), row.text(1), row.text(2), row.text(3),
                                   to_time(row.integer(4)), to_time(row.integer(5)),
                                   to_time(row.integer(6))});
    }
    return all;
}

void replace_sign_ins(Connection& connection, const std::vector<StoredSignIn>& all) {
    connection.prepare("DELETE FROM sign_ins").run();
    for (const auto& each : all) {
        connection
            .prepare(
                "INSERT INTO sign_ins (id, who, token, digest, began_at, expires_at, not_after) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(each.id)
            .bind(each.who)
            .bind(each.token)
            .bind(each.digest)
            .bind(from_time(each.began_at))
            .bind(from_time(each.expires_at))
            .bind(from_time(each.not_after))
            .run();
    }
}

}  // namespace store

SignInStore::SignInStore(const StateStore& store) : queue_(store.queue()) {}

Task<Result<>> SignInStore::save(std::vector<StoredSignIn> all) {
    auto work =
        store::writing(store::Kind::definition, [all = std::move(all)](store::Connection& connection) {
            store::replace_sign_ins(connection, all);
            return std::optional<Error>();
        });
    work.is_mere_use = true;
    co_return co_await store::write(queue_, "store who is signed in", std::move(work));
}

Task<Result<std::vector<StoredSignIn>>> SignInStore::load() {
    std::function<std::vector<StoredSignIn>(store::Connection&)> load = store::load_sign_ins;
    co_return co_await store::read(queue_, "load who is signed in", std::move(load));
}

}  // namespace mcpm
