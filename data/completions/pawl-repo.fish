# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
#
# Commands and options are asked for, so this file knows none of them: see pawl-repo.bash.

# The help of the command that is being typed.
function __pawl_repo_help
    set -l words (commandline -opc)
    set -l program $words[1]
    set -l chain
    set -l is_value false
    for word in $words[2..-1]
        if $is_value
            set is_value false
        else if test "$word" = -C
            set is_value true
        else if string match -q -- '-*' $word
            break
        else
            # Only words that are commands lead further.
            $program $chain --help 2>/dev/null | string match -qr "^  $word "
            or break
            set -a chain $word
        end
    end
    $program $chain --help 2>/dev/null
end

function __pawl_repo_wants_command
    __pawl_repo_help | string match -q '*COMMAND…*'
end

function __pawl_repo_commands
    __pawl_repo_help | string replace -fr '^  ([a-z][a-z-]*)  +(.*)$' '$1\t$2'
end

function __pawl_repo_options
    __pawl_repo_help | string replace -fr '^  (--[a-z][a-z-]*)(=[^ ]+)? +(.*)$' '$1\t$3'
end

function __pawl_repo_has
    __pawl_repo_help | string match -q -- "  --$argv[1]=*"
end

complete -c pawl-repo -n __pawl_repo_wants_command -f -a '(__pawl_repo_commands)'
complete -c pawl-repo -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__pawl_repo_options)'
complete -c pawl-repo -s C -x -a '(__fish_complete_directories)' -d 'The work folder'
# What follows an option, where it is known.
for option in keys baseline to from
    complete -c pawl-repo -n "__pawl_repo_has $option" -l $option -x -a '(__fish_complete_directories)'
end
for option in root signer passphrase-file ostree director
    complete -c pawl-repo -n "__pawl_repo_has $option" -l $option -r -F
end
complete -c pawl-repo -n '__pawl_repo_has profile' -l profile -x -a 'simple team strict'
complete -c pawl-repo -n '__pawl_repo_has role' -l role -x -a 'root targets snapshot timestamp'
complete -c pawl-repo -n '__pawl_repo_has type' -l type -x -a 'ed25519 p256 p384 rsa2048 rsa3072 rsa4096'
