// Asio, compiled once (BOOST_ASIO_SEPARATE_COMPILATION), and in a release Beast with it.
#include <boost/asio/impl/src.hpp>
#ifdef MCPM_WITH_BEAST
// NOLINTNEXTLINE(bugprone-suspicious-include)
#include "beast.cpp"
#endif
