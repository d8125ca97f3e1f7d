# mcpm_dashboard()   builds the page of agent/dashboard by npm and esbuild and puts it into the room agent/dashboard.
# npm runs only when the lock file changed, esbuild only when a source did. No script of a package runs. Nothing of it is
# written into the source folder. With MCPM_DASHBOARD=OFF the room has no page and node is not needed.
option(MCPM_DASHBOARD "build the dashboard into mcpmd (needs node 18 or newer, and npm)" ON)

function(mcpm_dashboard)
    set(source "${CMAKE_SOURCE_DIR}/agent/dashboard")
    set(out "${CMAKE_BINARY_DIR}/dashboard")
    if(NOT MCPM_DASHBOARD)
        return()
    endif()
    find_program(MCPM_NODE node)
    find_program(MCPM_NPM npm)
    if(NOT MCPM_NODE OR NOT MCPM_NPM)
        message(FATAL_ERROR "The dashboard is built by node and npm (Debian: nodejs npm). Install them, or build an agent "
                            "without its page: -DMCPM_DASHBOARD=OFF")
    endif()
    add_custom_command(OUTPUT "${out}/npm.stamp"
        COMMAND "${CMAKE_COMMAND}" -E make_directory "${out}"
        COMMAND "${CMAKE_COMMAND}" -E copy "${source}/package.json" "${source}/package-lock.json" "${out}"
        COMMAND "${MCPM_NPM}" ci --ignore-scripts --omit=dev --no-audit --no-fund --loglevel=error --fetch-retries=3
                --cache "${CMAKE_SOURCE_DIR}/build/npm/cache"
        COMMAND "${CMAKE_COMMAND}" -E touch "${out}/npm.stamp"
        DEPENDS "${source}/package.json" "${source}/package-lock.json"
        WORKING_DIRECTORY "${CMAKE_BINARY_DIR}/dashboard"
        COMMENT "Fetching what the dashboard is built with" VERBATIM)
    file(MAKE_DIRECTORY "${out}")
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${source}/src/*")
    add_custom_command(OUTPUT "${out}/assets.cpp" "${out}/licences.txt"
        COMMAND "${MCPM_NODE}" "${source}/build.mjs" "${out}"
        DEPENDS "${out}/npm.stamp" "${source}/build.mjs" "${source}/index.html" "${source}/icon.svg" ${sources}
        COMMENT "Bundling the dashboard" VERBATIM)
    get_target_property(files room_agent_dashboard SOURCES)
    list(FILTER files EXCLUDE REGEX "/no_assets\\.cpp$")
    set_target_properties(room_agent_dashboard PROPERTIES SOURCES "${files}")
    target_sources(room_agent_dashboard PRIVATE "${out}/assets.cpp")
    set_source_files_properties("${out}/assets.cpp" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    install(FILES "${out}/licences.txt" DESTINATION share/doc/mcpm RENAME dashboard-licences.txt)
endfunction()
