# What is installed beside the two programs (cmake/rooms.cmake): manual, completions, licence, systemd's units.
# Everything ends up in install_manifest.txt, from which packaging/install.sh --uninstall works.
file(GLOB manual_pages CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/man/*.1")
install(FILES ${manual_pages} DESTINATION share/man/man1)
file(GLOB format_pages CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/man/*.5")
install(FILES ${format_pages} DESTINATION share/man/man5)
install(FILES man/mcpmd.8 DESTINATION share/man/man8)
install(FILES completions/mcpm.bash DESTINATION share/bash-completion/completions RENAME mcpm)
install(FILES completions/_mcpm DESTINATION share/zsh/site-functions)
install(FILES completions/mcpm.fish DESTINATION share/fish/vendor_completions.d)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION share/doc/mcpm)
# README.md names them.
file(GLOB guides CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/docs/*.md")
install(FILES ${guides} DESTINATION share/doc/mcpm/docs)

# What docs/metrics.md is about: rules, a configuration of Prometheus, dashboards of Grafana.
install(FILES packaging/prometheus/prometheus.yml packaging/prometheus/mcpm-rules.yml DESTINATION share/mcpm/prometheus)
file(GLOB dashboards CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/packaging/grafana/*.json")
install(FILES ${dashboards} DESTINATION share/mcpm/grafana)

# The prefix is known when it is installed, not before (`cmake --install --prefix`).
foreach(kind IN ITEMS user system)
    install(CODE "
        set(MCPM_BIN \"\${CMAKE_INSTALL_PREFIX}/bin\")
        configure_file(\"${CMAKE_SOURCE_DIR}/packaging/systemd/${kind}/mcpmd.service.in\"
                       \"${CMAKE_BINARY_DIR}/generated/systemd/${kind}/mcpmd.service\" @ONLY)")
    install(FILES "${CMAKE_BINARY_DIR}/generated/systemd/${kind}/mcpmd.service" packaging/systemd/${kind}/mcpmd.socket
            DESTINATION lib/systemd/${kind})
endforeach()
install(FILES packaging/systemd/sysusers.conf DESTINATION lib/sysusers.d RENAME mcpm.conf)
