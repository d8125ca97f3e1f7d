// As headers.hpp, for the rooms that have a loop.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include "cmake/headers.hpp"
