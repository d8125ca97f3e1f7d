// What the compiler makes of a co_await, form by form: `traps NAME` runs one and says "good" or "bad", or
// dies of it. tests/coroutines.sh holds CONTRIBUTING.md to it.
#include <coroutine>
#include <cstdio>
#include <exception>
#include <string_view>
#include <utility>

namespace {

int born = 0, gone = 0, reached = 0;

struct Counted {
    Counted() { ++born; }
    Counted(const Counted&) { ++born; }
    Counted(Counted&&) noexcept { ++born; }
    Counted& operator=(const Counted&) = default;
    Counted& operator=(Counted&&) = default;
    ~Counted() { ++gone; }
};

struct Task {
    struct promise_type {
        std::coroutine_handle<> next;
        int value = 0;
        Task get_return_object() { return Task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() { return {}; }
        struct Over {
            bool await_ready() noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
                return self.promise().next ? self.promise().next : std::noop_coroutine();
            }
            void await_resume() noexcept {}
        };
        Over final_suspend() noexcept { return {}; }
        void return_value(int given) { value = given; }
        void unhandled_exception() { std::terminate(); }
    };
    explicit Task(std::coroutine_handle<promise_type> self) : handle(self) {}
    Task(Task&& other) noexcept : handle(std::exchange(other.handle, {})) {}
    ~Task() {
        if (handle) handle.destroy();
    }
    bool await_ready() { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> asker) {
        handle.promise().next = asker;
        return handle;
    }
    int await_resume() { return handle.promise().value; }
    std::coroutine_handle<promise_type> handle;
};

struct Plain {  // an aggregate
    Counted part;
    int number = 0;
};
struct Made {
    explicit Made(int) {}
    Counted part;
};

Task take(Counted) {
    co_return 1;
}
Task take_plain(Plain) {
    co_return 1;
}
Task take_made(Made) {
    co_return 1;
}
template <typename Work>
Task run(Work work) {
    co_return work();
}
Plain plain() {
    return {};
}
Task take_braces_by_default(int, Plain = {}) {
    co_return 1;
}
Task take_constructor_by_default(int, Plain = Plain()) {
    co_return 1;
}
struct Nothing {};
struct Perhaps {
    Perhaps(Nothing) {}  // NOLINT: converts, as std::optional does
    Counted part;
};
Task take_perhaps(Perhaps) {
    co_return 1;
}

// clang-format off
// --- good ---
Task temporary()          { reached = co_await take(Counted()); co_return 0; }
Task braces_of_a_class()  { reached = co_await take(Counted{}); co_return 0; }
Task made_by_constructor() { reached = co_await take_made(Made(1)); co_return 0; }
Task made_by_function()   { reached = co_await take_plain(plain()); co_return 0; }
Task moved()              { Counted it; reached = co_await take(std::move(it)); co_return 0; }
Task named_aggregate()    { Plain it{{}, 1}; reached = co_await take_plain(std::move(it)); co_return 0; }
Task named_lambda()       { Counted it; auto work = [it] { return 1; }; reached = co_await run(std::move(work)); co_return 0; }
Task captured_reference() { Counted it; reached = co_await run([&it] { return 1; }); co_return 0; }
Task default_by_constructor() { reached = co_await take_constructor_by_default(1); co_return 0; }
Task arms_of_names()      { const bool yes = born == 0; Counted one, other; reached = co_await take(yes ? one : other); co_return 0; }
Task returned()           { reached = 1; co_return co_await take(Counted()); }
Task awaited_in_an_arm()  { const bool yes = born == 0; reached = yes ? co_await take(Counted()) : 0; co_return 0; }
Task condition_with_init() { if (const int one = co_await take(Counted()); one == 1) reached = 1; co_return 0; }
Task condition_beside_a_local() { int more = 0; if (co_await take(Counted()) == 1) reached = 1 + more; co_return 0; }
// --- bad ---
Task aggregate_in_place() { reached = co_await take_plain(Plain{{}, 1}); co_return 0; }
Task braces_of_aggregate() { reached = co_await take_plain({}); co_return 0; }
Task captured_value()     { Counted it; reached = co_await run([it] { return 1; }); co_return 0; }
Task arms_of_temporaries() { const bool yes = born == 0; reached = co_await take(yes ? Counted() : Counted()); co_return 0; }
Task default_in_braces()  { reached = co_await take_braces_by_default(1); co_return 0; }
Task arm_converted()      { const bool yes = born == 0; Perhaps it{Nothing()}; const Nothing none; reached = co_await take_perhaps(yes ? none : it); co_return 0; }
Task bare_condition()     { if (co_await take(Counted()) == 1) reached = 1; co_return 0; }
Task bare_loop()          { while (co_await take(Counted()) != 1) {} reached = 1; co_return 0; }

struct Form { std::string_view name; Task (*run)(); };
constexpr Form forms[] = {
    {"temporary", temporary}, {"braces_of_a_class", braces_of_a_class}, {"made_by_constructor", made_by_constructor},
    {"made_by_function", made_by_function}, {"moved", moved}, {"named_aggregate", named_aggregate},
    {"named_lambda", named_lambda}, {"captured_reference", captured_reference}, {"returned", returned},
    {"awaited_in_an_arm", awaited_in_an_arm}, {"condition_with_init", condition_with_init},
    {"condition_beside_a_local", condition_beside_a_local}, {"aggregate_in_place", aggregate_in_place},
    {"braces_of_aggregate", braces_of_aggregate}, {"captured_value", captured_value},
    {"default_by_constructor", default_by_constructor}, {"arms_of_names", arms_of_names},
    {"default_in_braces", default_in_braces}, {"arm_converted", arm_converted},
    {"arms_of_temporaries", arms_of_temporaries}, {"bare_condition", bare_condition}, {"bare_loop", bare_loop},
};
// clang-format on

}  // namespace

int main(int, char** arguments) {
    for (const Form& form : forms) {
        if (form.name != arguments[1]) continue;
        {
            const Task task = form.run();
            task.handle.resume();
        }
        std::puts(born == gone && reached == 1 ? "good" : "bad");
    }
}
