# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
complete -c pawl-plugin -f
complete -c pawl-plugin -n __fish_use_subcommand -a new -d 'Stamp the room of a new plugin'
complete -c pawl-plugin -n __fish_use_subcommand -a check -d 'Run a plugin isolated, and judge it'
complete -c pawl-plugin -n __fish_use_subcommand -a list -d 'The plugins that are installed'
complete -c pawl-plugin -n __fish_use_subcommand -a info -d 'What a plugin says about itself'
complete -c pawl-plugin -n __fish_use_subcommand -l version -d 'Print the version'
complete -c pawl-plugin -l help -d 'Show help'
complete -c pawl-plugin -n '__fish_seen_subcommand_from new' -x -l interface -a 'transport verifier installer boot-control confirmer' -d 'What it implements'
complete -c pawl-plugin -n '__fish_seen_subcommand_from new' -x -l language -a 'c python js' -d 'What it is written in'
complete -c pawl-plugin -n '__fish_seen_subcommand_from check' -r -F -l host -d 'The pawl-plugin-host to use'
complete -c pawl-plugin -n '__fish_seen_subcommand_from check' -x -l scripts -a '(__fish_complete_directories)' -d 'Its folder of scripts'
complete -c pawl-plugin -n '__fish_seen_subcommand_from check' -x -l set -d 'A setting of the plugin'
complete -c pawl-plugin -n '__fish_seen_subcommand_from check' -x -l grant -a 'network block gpio watchdog efi systemd secrets files processes' -d 'What the sandbox leaves open'
complete -c pawl-plugin -n '__fish_seen_subcommand_from check' -r -F -l world -d 'The program that is its surroundings'
complete -c pawl-plugin -n '__fish_seen_subcommand_from check' -x -l only -d 'One promise alone'
complete -c pawl-plugin -n '__fish_seen_subcommand_from list info' -l json -d 'Print JSON'
complete -c pawl-plugin -n '__fish_seen_subcommand_from check info' -F
complete -c pawl-plugin -n '__fish_seen_subcommand_from list' -a '(__fish_complete_directories)'
